using System.Collections.Immutable;
using System.Diagnostics;
using Shop.Events;
using Shop.Orders;

namespace Shop.Sagas;

/// <summary>
/// Decides what an order's saga does next: (state, input, now) → decision. Pure. The table it follows is in docs/saga.md;
/// the rows of that table are the parts of this class: Reserving, Paying, Ending, Deadlines, Requests.
/// </summary>
public static partial class SagaDecider
{
    /// <summary>
    /// The first decision: the order is taken on and its stock is asked for. Nothing is written: whoever starts it again comes to the same,
    /// by the same keys. The first to be stored is a step that could turn out differently.
    /// </summary>
    public static SagaDecision Start(OrderPlacement placement, SagaOptions options, DateTimeOffset now)
    {
        var state = new SagaState
        {
            Placement = placement,
            Step = SagaStep.Reserving,
            Timeline = [],
            Lines = [.. placement.Lines.Select(_ => LineStatus.Asked)],
            Attempts = [new PaymentAttempt(1, placement.PaymentMethod, AttemptStatus.Asked)],
            // Counted from what is durable, for this start may be lost and done again, or done by an activation that has been superseded without
            // knowing it: long after the order has ended and stock has forgotten it, the limit of every Reserve of it has passed.
            ReserveNotAfter = placement.PlacedAt + options.ReserveLifetime,
            DueAt = now + options.ReserveTimeout,
            // The row that Place committed: see OrderGrain.
            WatchdogAt = placement.PlacedAt + options.EnsureStartedAfter,
            StepSince = now,
        }.With(now, new OrderAccepted());
        return AskAgain(state, SagaWrite.InMemory, options, now);
    }

    public static SagaDecision Decide(SagaState state, SagaInput input, SagaOptions options, DateTimeOffset now) => input switch
    {
        SagaInput.LineHeld i => LineHeld(state, i.Line, options, now),
        SagaInput.LineRefused i => LineRefused(state, i.Line, options, now),
        SagaInput.LineEnded => CannotReserve(state, options, now),
        SagaInput.LineTooLate i => LineTooLate(state, i, options, now),
        SagaInput.LineReleased i => LineReleased(state, i.Line, now),
        SagaInput.LineShipped i => LineShipped(state, i.Line, now),
        SagaInput.Authorized i => Authorized(state, i.Attempt, options, now),
        SagaInput.Declined i => Declined(state, i.Attempt, i.Code, options, now),
        SagaInput.AuthorizationUnknown i => AuthorizationUnknown(state, i.Attempt, options, now),
        SagaInput.AuthorizationNotFound i => AuthorizationNotFound(state, i.Attempt, options, now),
        SagaInput.Captured i => Captured(state, i.Attempt, options, now),
        SagaInput.CaptureFailed i => CaptureFailed(state, i.Attempt, options, now),
        SagaInput.CaptureUnknown i => CaptureUnknown(state, i.Attempt, options, now),
        SagaInput.CaptureNotFound i => CaptureNotFound(state, i.Attempt),
        SagaInput.Voided i => Voided(state, i.Attempt, options, now),
        SagaInput.Refunded i => Refunded(state, i.Attempt, now),
        SagaInput.RefundRefused i => RefundRefused(state, i.Attempt, i.Code, now),
        SagaInput.Due => Due(state, options, now),
        SagaInput.Resumed => AskAgain(state, SagaWrite.None, options, now),
        SagaInput.CancelRequested i => Cancel(state, i, options, now),
        SagaInput.PaymentMethodGiven i => Pay(state, i, options, now),
        SagaInput.RetryRequested i => Retry(state, i, options, now),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// What the saga is waiting for, as commands: sent when a step begins, when a new activation takes over, and when a deadline passes.
    /// A payment whose command may already have been sent is looked up first.
    /// </summary>
    public static ImmutableArray<SagaCommand> Outstanding(SagaState state) => state.Step switch
    {
        SagaStep.Reserving => [.. LinesThat(state, LineStatus.Asked).Select(n => new SagaCommand.Reserve(n, state.ReserveNotAfter))],
        SagaStep.Authorizing or SagaStep.AuthorizationUnknown => [new SagaCommand.LookupAuthorization(state.CurrentAttempt.Number)],
        SagaStep.Capturing or SagaStep.CaptureUnknown => [new SagaCommand.LookupCapture(state.CurrentAttempt.Number)],
        SagaStep.Fulfilling => [.. LinesThat(state, LineStatus.Held).Select(n => new SagaCommand.Ship(n))],
        SagaStep.Compensating => [.. LinesToRelease(state).Select(n => new SagaCommand.Release(n)), .. PaymentsToUndo(state)],
        // Final: only a payment that surfaced late.
        SagaStep.Completed or SagaStep.Cancelled or SagaStep.Rejected => [.. LatePaymentsToUndo(state)],
        SagaStep.AwaitingPayment or SagaStep.Confirmed => [],
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Sends what is outstanding once more. A Reserve past its limit is too late, and after a long outage the first limit has passed
    /// while the order is as good as ever: it gets a new one, durable before it is used, so that every later release knows it.
    /// </summary>
    private static SagaDecision AskAgain(SagaState state, SagaWrite write, SagaOptions options, DateTimeOffset now)
    {
        if (state.Step != SagaStep.Reserving || now + options.ReserveTimeout <= state.ReserveNotAfter)
            return new SagaDecision(state, write, Outstanding(state));
        state = state with { ReserveNotAfter = now + options.ReserveLifetime };
        return new SagaDecision(state, SagaWrite.BeforeCommands, Outstanding(state));
    }

    private static IEnumerable<int> LinesThat(SagaState state, LineStatus status) =>
        Enumerable.Range(1, state.Lines.Length).Where(n => state.Lines[n - 1] == status);

    /// <summary>Moves to a step that begins now.</summary>
    private static SagaState Enter(SagaState state, SagaStep step, DateTimeOffset now, DateTimeOffset? dueAt) =>
        state with { Step = step, StepSince = now, Tries = 0, DueAt = dueAt, NeedsAttention = false };
}
