using System.Collections.Immutable;
using Shop.Events;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Specs.Sagas;

/// <summary>
/// A saga as a sentence: <c>Given.Authorizing().When(new Authorized(1)).Then(Step.Capturing, new Capture(1))</c>.
/// Every <c>When</c> also holds the decision against the laws that bind all of them (<see cref="SagaLaws"/>).
/// </summary>
internal sealed class SagaUnderSpec
{
    /// <summary>The placement's moment in every spec.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private SagaState before;

    public SagaUnderSpec(OrderPlacement placement, SagaOptions options)
    {
        Options = options;
        Decision = SagaDecider.Start(placement, options, Now);
        before = Decision.State with { Timeline = [] };
        SagaLaws.HoldAtTheStart(Decision, options, Now);
        State = Stored(Decision);
    }

    public SagaOptions Options { get; }

    public DateTimeOffset Now { get; private set; } = Beginning;

    /// <summary>As the grain keeps it: with the time of its scheduled row.</summary>
    public SagaState State { get; private set; }

    public SagaDecision Decision { get; private set; }

    /// <summary>The facts of the last decision alone.</summary>
    public IEnumerable<IOrderFact> News => State.Timeline.Skip(before.Timeline.Length).Select(e => e.Fact);

    public SagaUnderSpec When(params ReadOnlySpan<SagaInput> inputs)
    {
        foreach (var input in inputs)
        {
            before = State;
            Decision = SagaDecider.Decide(before, input, Options, Now);
            SagaLaws.Hold(before, input, Decision, Options, Now);
            State = Stored(Decision);
        }

        return this;
    }

    public SagaUnderSpec After(TimeSpan time)
    {
        Now += time;
        return this;
    }

    /// <summary>The deadline passes, and the saga is told.</summary>
    public SagaUnderSpec WhenDue()
    {
        Now = State.DueAt ?? throw new InvalidOperationException($"Nothing is due while {State.Step}.");
        return When(new SagaInput.Due());
    }

    /// <param name="step">Where the saga is now.</param>
    /// <param name="commands">All that the last decision sends, in any order.</param>
    public SagaUnderSpec Then(SagaStep step, params SagaCommand[] commands)
    {
        Assert.Equal(step, State.Step);
        Assert.Equal(Names(commands), Names(Decision.Commands));
        return this;
    }

    /// <summary>The last decision asks for these lines alone: under the limit of the state, says the law.</summary>
    public SagaUnderSpec ThenReserving(params int[] lines) =>
        Then(SagaStep.Reserving, [.. lines.Select(line => new SagaCommand.Reserve(line, State.ReserveNotAfter))]);

    public SagaUnderSpec ThenNothing()
    {
        Assert.Equal(SagaWrite.None, Decision.Write);
        Assert.Same(before, Decision.State);
        Assert.Empty(Decision.Commands);
        return this;
    }

    /// <summary>The order stays as it was; only the request and its answer are kept.</summary>
    public SagaUnderSpec ThenOnlyRemembered()
    {
        Assert.Equal(SagaWrite.BeforeCommands, Decision.Write);
        Assert.Equal(before.Requests.Length + 1, Decision.State.Requests.Length);
        Assert.Equal(before, Decision.State with { Requests = before.Requests });
        Assert.Empty(Decision.Commands);
        return this;
    }

    public SagaUnderSpec Stored(SagaWrite write)
    {
        Assert.Equal(write, Decision.Write);
        return this;
    }

    public SagaUnderSpec DueIn(TimeSpan time)
    {
        Assert.Equal(time, State.DueAt - Now);
        return this;
    }

    public SagaUnderSpec NeverDue()
    {
        Assert.Null(State.DueAt);
        Assert.Null(State.WatchdogAt);
        return this;
    }

    public SagaUnderSpec Answering(SagaAnswer answer)
    {
        Assert.Equal(answer, Decision.Answer);
        return this;
    }

    /// <summary>Exactly these facts came with the last decision.</summary>
    public SagaUnderSpec Noting(params IOrderFact[] facts)
    {
        Assert.Equal(facts, News);
        return this;
    }

    public SagaUnderSpec And(Action<SagaState> assert)
    {
        assert(State);
        return this;
    }

    /// <summary>The activation is gone: what was never stored is forgotten, the next one starts from <paramref name="stored"/>.</summary>
    public SagaUnderSpec ResumedFrom(SagaState stored)
    {
        State = stored;
        return When(new SagaInput.Resumed());
    }

    private SagaState Stored(SagaDecision decision) =>
        decision.Write is SagaWrite.None or SagaWrite.InMemory ? decision.State : SagaWatchdog.Plan(decision.State, Options, Now).State;

    private static ImmutableArray<string> Names(IEnumerable<SagaCommand> commands) =>
        [.. commands.Select(c => c.ToString()).Order(StringComparer.Ordinal)];
}
