namespace Shop.Sagas;

/// <summary>
/// When a saga's one scheduled row should wake it. The row is moved only when it is clearly wrong: moving it costs a write,
/// being woken a little early costs a call that answers "not yet".
/// </summary>
internal static class SagaWatchdog
{
    private static readonly TimeSpan TooEarly = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(30);

    /// <returns>The state with its row's due time as it will be, and whether the row has to be written for that.</returns>
    public static (SagaState State, bool Changed) Plan(SagaState state, DateTimeOffset now)
    {
        if (state.DueAt is not { } dueAt)
            return (state with { WatchdogAt = null }, Changed: true);
        var good = state.WatchdogAt is { } at && at > now && at >= dueAt - TooEarly && at <= dueAt + TooLate;
        return good ? (state, Changed: false) : (state with { WatchdogAt = dueAt }, Changed: true);
    }
}
