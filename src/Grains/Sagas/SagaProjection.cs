using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.Sagas;

/// <summary>A saga's state as the outside sees it.</summary>
internal static class SagaProjection
{
    public static OrderView ToView(this SagaState state) => new(
        state.Placement,
        state.Sequence,
        state.Status,
        state.IsFinal || state.Step == SagaStep.Compensating ? state.EndReason : null,
        PaymentOf(state),
        state.NeedsAttention,
        state.Timeline.IsEmpty ? state.Placement.PlacedAt : state.Timeline[^1].OccurredAt);

    /// <summary>
    /// The order at the moment it got another payment method under that key: what the request was answered, and is for ever.
    /// Every earlier attempt had ended without a charge by then.
    /// </summary>
    public static OrderView WhenPaymentWasGiven(this SagaState state, IdempotencyKey key)
    {
        var version = state.Requests.First(r => r.Key == key.Value).OrderVersion;
        var given = state.Timeline[(int)version - 2];
        return new OrderView(state.Placement, version, OrderStatus.Authorizing, null, PaymentSummary.None, false, given.OccurredAt);
    }

    private static PaymentSummary PaymentOf(SagaState state)
    {
        var total = state.Placement.Total.Amount;
        long authorized = 0, captured = 0, refunded = 0;
        foreach (var attempt in state.Attempts)
        {
            authorized += attempt.Status is AttemptStatus.Authorized or AttemptStatus.CaptureFailed or AttemptStatus.Captured or AttemptStatus.Refunded ? total : 0;
            captured += attempt.Status is AttemptStatus.Captured or AttemptStatus.Refunded ? total : 0;
            refunded += attempt.Status is AttemptStatus.Refunded ? total : 0;
        }

        return new PaymentSummary(StatusOf(state), authorized, captured, refunded);
    }

    private static PaymentStatus StatusOf(SagaState state) => state.CurrentAttempt.Status switch
    {
        // Also while it is being undone: giving the order up does not make the outcome known.
        AttemptStatus.Asked => Told(state, f => f is OrderPaymentUnknown u && u.Attempt == state.CurrentAttempt.Number)
            ? PaymentStatus.Unknown
            : PaymentStatus.None,
        AttemptStatus.Authorized => state.Step is SagaStep.CaptureUnknown ? PaymentStatus.Unknown : PaymentStatus.Authorized,
        AttemptStatus.CaptureFailed => PaymentStatus.Authorized,
        AttemptStatus.Declined => PaymentStatus.Declined,
        AttemptStatus.Captured => PaymentStatus.Captured,
        AttemptStatus.Refunded => PaymentStatus.Refunded,
        // A void that only made sure that nothing was ever authorized is no news to a customer.
        AttemptStatus.Voided => Told(state, f => ConcernsMoney(f, state.CurrentAttempt.Number)) ? PaymentStatus.Voided : PaymentStatus.None,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool Told(SagaState state, Predicate<IOrderFact> fact) => state.Timeline.Any(e => fact(e.Fact));

    private static bool ConcernsMoney(IOrderFact fact, int attempt) => fact switch
    {
        OrderPaymentAuthorized f => f.Attempt == attempt,
        OrderPaymentUnknown f => f.Attempt == attempt,
        OrderLatePaymentUndone f => f.Attempt == attempt,
        _ => false,
    };
}
