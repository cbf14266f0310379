using Shop.Events;
using Shop.Orders;

namespace Shop.Sagas;

// Money: authorize, then the pivot, then capture. An outcome nobody knows is looked up, never guessed.
public static partial class SagaDecider
{
    private static SagaDecision Authorized(SagaState state, int attempt, SagaOptions options, DateTimeOffset now)
    {
        if (!AwaitsAuthorization(state, attempt))
            return Surfaced(state, attempt, AttemptStatus.Authorized, options, now);

        state = state.With(attempt, AttemptStatus.Authorized)
            .With(now, new OrderPaymentAuthorized(attempt, state.Placement.Total));
        if (state.CancelRequested is { } reason)
            return Compensate(state, reason, options, now);

        // The pivot. Durable before the call: after it, only a definite failure of the capture turns the order back.
        state = Enter(state, SagaStep.Capturing, now, now + options.CaptureTimeout);
        return new SagaDecision(state, SagaWrite.BeforeCommands, [new SagaCommand.Capture(attempt)]);
    }

    private static SagaDecision Declined(SagaState state, int attempt, string code, SagaOptions options, DateTimeOffset now)
    {
        if (!AwaitsAuthorization(state, attempt))
        {
            return state.Step == SagaStep.Compensating && state.Attempts[attempt - 1].Status == AttemptStatus.Asked
                ? FinishIfUndone(state.With(attempt, AttemptStatus.Declined), now)
                : SagaDecision.Nothing(state);
        }

        state = state.With(attempt, AttemptStatus.Declined).With(now, new OrderPaymentDeclined(attempt, code));
        if (state.CancelRequested is { } reason)
            return Compensate(state, reason, options, now);
        if (state.Attempts.Length > options.NewPaymentMethods)
            return Compensate(state, OrderEndReason.PaymentDeclined, options, now);

        // Every decline waits for the end of the same holds: trying cards does not prolong them.
        var holdsUntil = state.HoldsUntil ?? now + options.PaymentWindow;
        state = Enter(state, SagaStep.AwaitingPayment, now, holdsUntil) with { HoldsUntil = holdsUntil };
        return new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }

    private static SagaDecision AuthorizationUnknown(SagaState state, int attempt, SagaOptions options, DateTimeOffset now)
    {
        if (state.Step != SagaStep.Authorizing || !AwaitsAuthorization(state, attempt))
            return SagaDecision.Nothing(state);

        state = Enter(state, SagaStep.AuthorizationUnknown, now, now + options.LookupDelay(0))
            .With(now, new OrderPaymentUnknown(attempt, Capturing: false));
        return state.CancelRequested is { } reason
            ? Compensate(state, reason, options, now)
            : new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }

    private static SagaDecision AuthorizationNotFound(SagaState state, int attempt, SagaOptions options, DateTimeOffset now)
    {
        if (!AwaitsAuthorization(state, attempt))
            return SagaDecision.Nothing(state);
        return state.CancelRequested is { } reason
            ? Compensate(state, reason, options, now)
            : new SagaDecision(state, SagaWrite.None, [new SagaCommand.Authorize(attempt)]);
    }

    private static SagaDecision Captured(SagaState state, int attempt, SagaOptions options, DateTimeOffset now)
    {
        if (!AwaitsCapture(state, attempt))
            return Surfaced(state, attempt, AttemptStatus.Captured, options, now);

        state = state.With(attempt, AttemptStatus.Captured);
        if (state.CancelRequested is { } reason)
            return Compensate(state, reason, options, now);

        state = Enter(state, SagaStep.Confirmed, now, now + options.CancelWindow).With(now, new OrderConfirmed(state.Placement.Total));
        return new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }

    private static SagaDecision CaptureFailed(SagaState state, int attempt, SagaOptions options, DateTimeOffset now) =>
        AwaitsCapture(state, attempt)
            ? Compensate(state.With(attempt, AttemptStatus.CaptureFailed), state.CancelRequested ?? OrderEndReason.PaymentDeclined, options, now)
            : SagaDecision.Nothing(state);

    private static SagaDecision CaptureUnknown(SagaState state, int attempt, SagaOptions options, DateTimeOffset now)
    {
        if (state.Step != SagaStep.Capturing || !AwaitsCapture(state, attempt))
            return SagaDecision.Nothing(state);

        // Keeps the stock, and a cancellation keeps waiting: only the real outcome decides.
        state = Enter(state, SagaStep.CaptureUnknown, now, now + options.LookupDelay(0))
            .With(now, new OrderPaymentUnknown(attempt, Capturing: true));
        return new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }

    private static SagaDecision CaptureNotFound(SagaState state, int attempt) =>
        AwaitsCapture(state, attempt)
            ? new SagaDecision(state, SagaWrite.None, [new SagaCommand.Capture(attempt)])
            : SagaDecision.Nothing(state);

    private static bool AwaitsAuthorization(SagaState state, int attempt) =>
        state.Step is SagaStep.Authorizing or SagaStep.AuthorizationUnknown && attempt == state.CurrentAttempt.Number;

    private static bool AwaitsCapture(SagaState state, int attempt) =>
        state.Step is SagaStep.Capturing or SagaStep.CaptureUnknown && attempt == state.CurrentAttempt.Number;

    /// <summary>Money that appears when nobody waits for it any more: noted, and undone.</summary>
    private static SagaDecision Surfaced(SagaState state, int attempt, AttemptStatus status, SagaOptions options, DateTimeOffset now)
    {
        var known = state.Attempts[attempt - 1].Status;
        var undoing = state.Step == SagaStep.Compensating || state.IsFinal;
        var news = status == AttemptStatus.Authorized
            ? known is AttemptStatus.Asked or AttemptStatus.Voided
            : known is AttemptStatus.Asked or AttemptStatus.Voided or AttemptStatus.Authorized or AttemptStatus.CaptureFailed;
        if (!undoing || !news)
            return SagaDecision.Nothing(state);

        state = state.With(attempt, status);
        if (state.IsFinal)
            state = state with { DueAt = now + options.RedriveAfter, Tries = 0, StepSince = now };
        return new SagaDecision(state, SagaWrite.BeforeCommands, [Undo(state.Attempts[attempt - 1])]);
    }
}
