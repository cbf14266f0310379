using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Orders;
using Shop.Telemetry;
using Shop.Values;

namespace Shop.Sagas;

/// <summary>
/// Plumbing around <see cref="SagaDecider"/>: keeps the state durable, sends the commands a decision asks for, and turns answers,
/// deadlines and requests into the next decision. Deciding never awaits, so requests are not held up by slow calls.
/// </summary>
[GrainType(SagaSchedules.GrainType), Reentrant]
internal sealed partial class OrderSagaGrain(
    [Durable] IDurable<SagaState> durable,
    IGrainContext context,
    SagaCommandRunner runner,
    IOptions<SagaOptions> sagas,
    TimeProvider time,
    ILogger<OrderSagaGrain> log) : Grain(context), IOrderSagaGrain, IScheduledReceiver
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly string key = context.GrainId.Key.ToString()!;
    private readonly FactStream facts = FactStream.OfOrder(context.GrainId.Key.ToString()!);
    private readonly SagaOptions options = sagas.Value;
    private readonly HashSet<SagaCommand> inFlight = [];

    // Set and awaited in turns of this activation only, and who waits may go on at once, inside the call that gives the signal: so hurry is replaced
    // before it is given, lest somebody pauses on the spent one. Outcome stays given as long as the order has one; at the end both do.
    private TaskCompletionSource outcome = new();
    private TaskCompletionSource hurry = new();
    private bool ending;
    private IGrainTimer? lookups;

    /// <summary>The sequence of the last fact that has gone into a commit; the order grain publishes the first, OrderPlaced.</summary>
    private long published = 1;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (durable.State is { } state)
        {
            published = state.Sequence;
            _ = Apply(SagaDecider.Decide(state, new SagaInput.Resumed(), options, time.GetUtcNow()));
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        ending = true;
        hurry.TrySetResult();
        return Task.CompletedTask;
    }

    public Task Accept(ShopEvent orderPlaced) => Start(((OrderPlaced)orderPlaced.Fact).Placement);

    public async Task<ScheduledOutcome> ReceiveScheduled(ScheduledMessage message)
    {
        if (!await EnsureStarted())
            return ScheduledOutcome.Done;
        await Decide(new SagaInput.Due());
        await StoreStart();
        if (durable.State!.DueAt is null)
            await durable.ConfirmCurrent(); // The row goes for good only on what is stored, never on what memory hopes for.
        return SagaWatchdog.Next(durable.State, options, time.GetUtcNow()) is { } wakeAt ? Rearmed(wakeAt) : ScheduledOutcome.Done;
    }

    private async Task<OrderPlacement?> Placement()
    {
        var placement = await GrainFactory.GetGrain<IOrderGrain>(key).Read();
        // Whoever asks for ids that were never placed does not get to fill the memory with them.
        if (placement is null && durable.State is null)
            DeactivateOnIdle();
        return placement;
    }

    /// <summary>
    /// Starts the saga if its order was placed. The stream is the fast path to here, the scheduled row the sure one: a start is not stored.
    /// </summary>
    /// <returns>False: there is no such order.</returns>
    private async Task<bool> EnsureStarted()
    {
        if (durable.State is null)
        {
            if (await Placement() is not { } placement)
                return false;
            await Start(placement);
        }

        return true;
    }

    private Task Start(OrderPlacement placement) => durable.State is null
        ? Apply(SagaDecider.Start(placement, options, time.GetUtcNow()))
        : durable.WhenDurable();

    /// <summary>Decides now, against the state of now; answers when what the answer rests on is durable.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="trace">Of the request it came with: the facts it causes carry it.</param>
    private async Task<SagaAnswer?> Decide(SagaInput input, TraceContext? trace = null)
    {
        var before = durable.State!;
        var decision = SagaDecider.Decide(before, input, options, time.GetUtcNow());
        await Apply(decision with { State = decision.State.Tracing(before.Sequence, trace) });
        // An answer that ends something must not come from an activation that has been superseded.
        if (decision.Answer is SagaAnswer.CancelTooLate or SagaAnswer.PaymentNotAwaited or SagaAnswer.NothingToRetry)
            await durable.ConfirmCurrent();
        if (decision.Answer is not null)
            CrashPoints.RequestDecided.Reach();
        return decision.Answer;
    }

    /// <returns>Ends when everything decided so far is durable.</returns>
    private Task Apply(SagaDecision decision)
    {
        if (decision.Write is SagaWrite.None or SagaWrite.InMemory)
        {
            if (decision.Write == SagaWrite.InMemory)
                durable.Stage(decision.State);
            Send(decision.Commands);
            WatchLookups();
            return durable.WhenDurable();
        }

        var before = published;
        var stored = Commit(decision.State);
        WatchLookups();
        return Settle(stored, decision, before);
    }

    private Task Commit(SagaState state)
    {
        var (next, watchdogChanged) = SagaWatchdog.Plan(state, options, time.GetUtcNow());
        var outgoing = new Outgoing();
        for (var i = published; i < next.Sequence; i++)
        {
            var entry = next.Timeline[(int)i - 1];
            var trace = entry.Trace ?? next.Placement.Trace.CausedBy($"{facts.Entity}/1");
            facts.Publish(outgoing, entry.Sequence, entry.OccurredAt, trace, entry.Fact);
        }

        published = next.Sequence;
        if (watchdogChanged && next.WatchdogAt is { } at)
            outgoing.Schedule(GrainContext.GrainId, SagaSchedules.Watchdog, at);
        else if (watchdogChanged)
            outgoing.Unschedule(GrainContext.GrainId, SagaSchedules.Watchdog);
        return durable.Commit(next, outgoing);
    }

    /// <param name="before">The sequence up to which facts had gone into earlier commits.</param>
    private async Task Settle(Task stored, SagaDecision decision, long before)
    {
        try
        {
            await stored;
        }
        catch (Exception)
        {
            // Whoever waits for an outcome keeps this activation from being replaced: they are let go, to ask the next one.
            outcome.TrySetResult();
            throw;
        }

        CrashPoints.Stored(decision.State.Step)?.Reach();
        SagaMeasures.Stored(decision.State, before);
        Send(decision.Commands);
        if (decision.State.Status.IsOutcome())
            outcome.TrySetResult();
        else if (outcome.Task.IsCompleted)
            outcome = new TaskCompletionSource();
        // Nothing to do for a long time: a confirmed order waits out its window as a row, not as memory.
        if (durable.State is { Step: SagaStep.Confirmed } or { IsFinal: true, DueAt: null })
            DeactivateOnIdle();
    }

    private void Send(ImmutableArray<SagaCommand> commands)
    {
        foreach (var command in commands)
        {
            if (inFlight.Add(command))
                _ = Run(command);
        }
    }

    private async Task Run(SagaCommand command)
    {
        CrashPoints.NotSent(command)?.Reach();
        try
        {
            var input = await Ask(command, durable.State!);
            inFlight.Remove(command);
            if (input is not null)
                await Decide(input);
        }
        catch (Exception e) when (e is DurableStateLostException or OperationCanceledException)
        {
            // This activation is ending; the next one, or the watchdog, asks for what is outstanding.
            LogLeftToTheNextActivation(OrderId.FromKey(key), command, e.Message);
        }
        catch (Exception e)
        {
            inFlight.Remove(command);
            LogCommandFailed(OrderId.FromKey(key), command, e);
        }
    }

    private async Task<SagaInput?> Ask(SagaCommand command, SagaState state)
    {
        using var activity = ShopTracing.StartCommand(command, state.Placement);
        return await runner.Run(command, state, Pause);
    }

    /// <summary>A start is not stored, unless it takes long: who looks at the order then is to see what it waits for.</summary>
    private Task StoreStart() =>
        durable.DurableState is null ? Apply(new SagaDecision(durable.State!, SagaWrite.BeforeCommands, [])) : Task.CompletedTask;

    private async Task Pause(TimeSpan pause)
    {
        await StoreStart();
        await hurry.Task.WaitAsync(pause, time).ConfigureAwait(
            ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (ending)
            throw new OperationCanceledException("The activation is ending.");
    }

    /// <summary>The row is being handled now, so its due time is what this answer makes it.</summary>
    private ScheduledOutcome Rearmed(DateTimeOffset wakeAt)
    {
        if (durable.State!.WatchdogAt != wakeAt)
            durable.Stage(durable.State with { WatchdogAt = wakeAt });
        return ScheduledOutcome.Again(wakeAt);
    }

    /// <summary>Look-ups come every few seconds, closer than the row: a timer while this activation lives, the row if it dies.</summary>
    private void WatchLookups()
    {
        lookups?.Dispose();
        lookups = null;
        if (durable.State is { Step: SagaStep.AuthorizationUnknown or SagaStep.CaptureUnknown, DueAt: { } dueAt })
        {
            var wait = dueAt - time.GetUtcNow();
            lookups = this.RegisterGrainTimer(
                () => Decide(new SagaInput.Due()),
                new GrainTimerCreationOptions(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
    }
}
