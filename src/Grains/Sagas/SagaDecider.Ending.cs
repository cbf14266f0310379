using System.Diagnostics;
using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.Sagas;

// Compensation: every derivable key is released and voided, whether or not an answer was ever seen, until all of it is acknowledged.
public static partial class SagaDecider
{
    private static SagaDecision Compensate(SagaState state, OrderEndReason reason, SagaOptions options, DateTimeOffset now)
    {
        state = Enter(state, SagaStep.Compensating, now, now + options.RedriveDelay(0)) with { EndReason = reason };
        state = state.With(now, new OrderCompensationStarted(reason));
        return new SagaDecision(state, SagaWrite.BeforeCommands, Outstanding(state));
    }

    private static SagaDecision LineReleased(SagaState state, int line, DateTimeOffset now) =>
        state.Step == SagaStep.Compensating && IsToRelease(state.Lines[line - 1])
            ? FinishIfUndone(state.With(line, LineStatus.Released), now)
            : SagaDecision.Nothing(state);

    private static SagaDecision Voided(SagaState state, int attempt, SagaOptions options, DateTimeOffset now)
    {
        var known = state.Attempts[attempt - 1].Status;
        if (AwaitsAuthorization(state, attempt))
        {
            // Not ours: another activation gave the order up. Follow it; if it wrote first, this commit conflicts and says so.
            return Compensate(state.With(attempt, AttemptStatus.Voided), state.CancelRequested ?? OrderEndReason.PaymentTimeout, options, now);
        }

        if (known is not (AttemptStatus.Asked or AttemptStatus.Authorized or AttemptStatus.CaptureFailed))
            return SagaDecision.Nothing(state);
        return Undone(state, attempt, AttemptStatus.Voided, now);
    }

    private static SagaDecision Refunded(SagaState state, int attempt, DateTimeOffset now) =>
        AwaitsRefund(state, attempt)
            ? Undone(state, attempt, AttemptStatus.Refunded, now)
            : SagaDecision.Nothing(state);

    private static SagaDecision Undone(SagaState state, int attempt, AttemptStatus status, DateTimeOffset now)
    {
        if (state.Step == SagaStep.Compensating)
            return FinishIfUndone(state.With(attempt, status), now);
        if (!state.IsFinal)
            return SagaDecision.Nothing(state);

        state = state.With(attempt, status).With(now, new OrderLatePaymentUndone(attempt, state.Placement.Total));
        if (!LatePaymentsToUndo(state).Any())
            state = state with { DueAt = null, NeedsAttention = false };
        return new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }

    private static SagaDecision RefundRefused(SagaState state, int attempt, string code, DateTimeOffset now) =>
        AwaitsRefund(state, attempt) && !state.NeedsAttention
            ? new SagaDecision(
                (state with { NeedsAttention = true }).WithIfRoom(now, new OrderNeedsAttention($"refund refused: {code}")), SagaWrite.BeforeCommands, [])
            : SagaDecision.Nothing(state);

    /// <summary>Only then does an answer to a refund mean anything: a confirmed or completed order keeps its money.</summary>
    private static bool AwaitsRefund(SagaState state, int attempt) => Outstanding(state).Contains(new SagaCommand.Refund(attempt));

    private static SagaDecision FinishIfUndone(SagaState state, DateTimeOffset now)
    {
        if (LinesToRelease(state).Any() || PaymentsToUndo(state).Any())
            return new SagaDecision(state, SagaWrite.InMemory, []);

        var reason = state.EndReason ?? throw new UnreachableException();
        var refunded = new Money(
            state.Attempts.Count(a => a.Status == AttemptStatus.Refunded) * state.Placement.Total.Amount, state.Placement.Total.Currency);
        state = reason is OrderEndReason.CustomerRequest or OrderEndReason.MerchantRequest
            ? Enter(state, SagaStep.Cancelled, now, dueAt: null).With(now, new OrderCancelled(reason, refunded))
            : Enter(state, SagaStep.Rejected, now, dueAt: null).With(now, new OrderRejected(reason, refunded));
        return new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }

    private static IEnumerable<int> LinesToRelease(SagaState state) =>
        Enumerable.Range(1, state.Lines.Length).Where(n => IsToRelease(state.Lines[n - 1]));

    private static bool IsToRelease(LineStatus status) => status is LineStatus.Asked or LineStatus.Held;

    private static IEnumerable<SagaCommand> PaymentsToUndo(SagaState state) => state.Attempts
        .Where(a => a.Status is AttemptStatus.Asked or AttemptStatus.Authorized or AttemptStatus.CaptureFailed or AttemptStatus.Captured)
        .Select(Undo);

    /// <summary>After the end only what surfaced is undone: a completed order keeps its captured money.</summary>
    private static IEnumerable<SagaCommand> LatePaymentsToUndo(SagaState state) => state.Step == SagaStep.Completed
        ? state.Attempts.Where(a => a.Status == AttemptStatus.Authorized).Select(Undo)
        : PaymentsToUndo(state);

    private static SagaCommand Undo(PaymentAttempt attempt) => attempt.Status == AttemptStatus.Captured
        ? new SagaCommand.Refund(attempt.Number)
        : new SagaCommand.Void(attempt.Number);
}
