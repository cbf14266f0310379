namespace Shop.Sagas;

/// <summary>
/// When a saga's one scheduled row should wake it. The row is moved only when it is clearly wrong: moving it costs a write,
/// being woken a little early costs a call that answers "not yet".
/// </summary>
internal static class SagaWatchdog
{
    private static readonly TimeSpan TooEarly = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(5);

    /// <returns>The state with its row's due time as it will be, and whether the row has to be written for that.</returns>
    public static (SagaState State, bool Changed) Plan(SagaState state, SagaOptions options, DateTimeOffset now)
    {
        if (WakeAt(state, options, now) is not { } wakeAt)
            return (state with { WatchdogAt = null }, Changed: true);
        var good = state.WatchdogAt is { } at && at > now && at >= wakeAt - TooEarly && at <= wakeAt + TooLate;
        return good ? (state, Changed: false) : (state with { WatchdogAt = wakeAt }, Changed: true);
    }

    /// <summary>For the row that has just fired: when it fires next. Armed anew already when what it found due was stored.</summary>
    public static DateTimeOffset? Next(SagaState state, SagaOptions options, DateTimeOffset now) =>
        state.WatchdogAt is { } armed && armed > now ? armed : WakeAt(state, options, now);

    /// <summary>
    /// At the deadline; while stock or payment is being asked, sooner: the activation that asks may be lost with its silo or with a write that failed, and
    /// nobody else would ask before the deadline. The longer the step has lasted, the rarer: what is stuck for hours costs next to nothing.
    /// </summary>
    public static DateTimeOffset? WakeAt(SagaState state, SagaOptions options, DateTimeOffset now)
    {
        if (state.DueAt is not { } dueAt || state.Step is SagaStep.AwaitingPayment or SagaStep.Confirmed)
            return state.DueAt;
        var lasted = now - state.StepSince;
        var soon = now + (lasted > options.WakeAfter ? lasted : options.WakeAfter);
        return soon < dueAt ? soon : dueAt;
    }
}
