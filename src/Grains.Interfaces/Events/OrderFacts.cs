using Shop.Orders;
using Shop.Values;

namespace Shop.Events;

/// <summary>
/// What happens to an order. Sequence 1 is always <see cref="OrderPlaced"/>; the rest is written by the saga alone.
/// Folding an order's facts gives its status (<see cref="OrderStatusOf"/>).
/// </summary>
public interface IOrderFact : IFact;

/// <summary>The customer's order is durable; nothing is held or charged yet.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-placed.v1")]
public sealed record OrderPlaced([property: Id(0)] OrderPlacement Placement) : IOrderFact;

/// <summary>The saga took the order on and asks for its stock.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-accepted.v1")]
public sealed record OrderAccepted : IOrderFact;

/// <summary>Every line is held.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-reserved.v1")]
public sealed record OrderReserved : IOrderFact;

/// <param name="Attempt">Which payment method this was: 1 for the one the order came with.</param>
[GenerateSerializer, Immutable, Alias("shop.order-payment-authorized.v1")]
public sealed record OrderPaymentAuthorized(
    [property: Id(0)] int Attempt,
    [property: Id(1)] Money Amount) : IOrderFact;

/// <summary>The card was refused; the order waits for another method until its hold ends.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-payment-declined.v1")]
public sealed record OrderPaymentDeclined(
    [property: Id(0)] int Attempt,
    [property: Id(1)] string Code) : IOrderFact;

/// <summary>The gateway did not say how an authorization or a capture ended; it is being looked up.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-payment-unknown.v1")]
public sealed record OrderPaymentUnknown(
    [property: Id(0)] int Attempt,
    [property: Id(1)] bool Capturing) : IOrderFact;

/// <summary>The customer gave another payment method after a decline.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-payment-method-changed.v1")]
public sealed record OrderPaymentMethodChanged([property: Id(0)] int Attempt) : IOrderFact;

/// <summary>The money is captured: the order will be fulfilled.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-confirmed.v1")]
public sealed record OrderConfirmed([property: Id(0)] Money Captured) : IOrderFact;

/// <summary>The cancel window is over; goods are leaving.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-fulfilment-started.v1")]
public sealed record OrderFulfilmentStarted : IOrderFact;

/// <summary>Every line has left the stock.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-completed.v1")]
public sealed record OrderCompleted : IOrderFact;

/// <summary>The customer asked to cancel while a payment answer is outstanding; decided when that answer is here.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-cancellation-requested.v1")]
public sealed record OrderCancellationRequested : IOrderFact;

/// <summary>What was done is being undone: holds released, money voided or refunded.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-compensation-started.v1")]
public sealed record OrderCompensationStarted([property: Id(0)] OrderEndReason Reason) : IOrderFact;

/// <summary>Ended by the shop, everything undone.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-rejected.v1")]
public sealed record OrderRejected(
    [property: Id(0)] OrderEndReason Reason,
    [property: Id(1)] Money Refunded) : IOrderFact;

/// <summary>Ended by customer or merchant, everything undone.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-cancelled.v1")]
public sealed record OrderCancelled(
    [property: Id(0)] OrderEndReason Reason,
    [property: Id(1)] Money Refunded) : IOrderFact;

/// <summary>An automatic step has not succeeded for long; a person should look. The order goes on trying.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-needs-attention.v1")]
public sealed record OrderNeedsAttention([property: Id(0)] string Why) : IOrderFact;

/// <summary>A person asked the saga to try again at once.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-retried.v1")]
public sealed record OrderRetried([property: Id(0)] string Operator) : IOrderFact;

/// <summary>A payment operation surfaced after the order had ended; it is undone. The status stays.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-late-payment-undone.v1")]
public sealed record OrderLatePaymentUndone(
    [property: Id(0)] int Attempt,
    [property: Id(1)] Money Amount) : IOrderFact;
