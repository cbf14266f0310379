using Shop.Orders;
using Shop.Values;

namespace Shop.Sagas;

[GenerateSerializer, Immutable, Alias("shop.cancel-order.v1")]
public sealed record CancelOrder(
    [property: Id(0)] IdempotencyKey Key,
    [property: Id(1)] string RequestHash,
    [property: Id(2)] OrderEndReason Reason,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.cancel-order-result")]
public abstract record CancelOrderResult
{
    private CancelOrderResult() { }

    /// <summary>The order ends or has ended as cancelled; nothing was captured.</summary>
    [GenerateSerializer, Immutable, Alias("shop.cancel-order.granted")]
    public sealed record Granted([property: Id(0)] bool Replayed) : CancelOrderResult;

    /// <summary>Money was or may have been captured: it is given back.</summary>
    [GenerateSerializer, Immutable, Alias("shop.cancel-order.refund-pending")]
    public sealed record RefundPending([property: Id(0)] bool Replayed) : CancelOrderResult;

    /// <summary>The goods are leaving, or the order has ended otherwise.</summary>
    [GenerateSerializer, Immutable, Alias("shop.cancel-order.too-late")]
    public sealed record TooLate([property: Id(0)] bool Replayed) : CancelOrderResult;

    /// <summary>Another request came before under this key.</summary>
    [GenerateSerializer, Immutable, Alias("shop.cancel-order.mismatch")]
    public sealed record Mismatch : CancelOrderResult;

    [GenerateSerializer, Immutable, Alias("shop.cancel-order.not-found")]
    public sealed record NotFound : CancelOrderResult;
}

[GenerateSerializer, Immutable, Alias("shop.pay-order.v1")]
public sealed record PayOrder(
    [property: Id(0)] IdempotencyKey Key,
    [property: Id(1)] string RequestHash,
    [property: Id(2)] string PaymentMethod,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.pay-order-result")]
public abstract record PayOrderResult
{
    private PayOrderResult() { }

    /// <param name="Order">As it was when the method was taken.</param>
    [GenerateSerializer, Immutable, Alias("shop.pay-order.accepted")]
    public sealed record Accepted([property: Id(0)] OrderView Order, [property: Id(1)] bool Replayed) : PayOrderResult;

    /// <summary>The order does not wait for a payment method now.</summary>
    [GenerateSerializer, Immutable, Alias("shop.pay-order.not-awaited")]
    public sealed record NotAwaited([property: Id(0)] OrderStatus Status) : PayOrderResult;

    [GenerateSerializer, Immutable, Alias("shop.pay-order.mismatch")]
    public sealed record Mismatch : PayOrderResult;

    [GenerateSerializer, Immutable, Alias("shop.pay-order.not-found")]
    public sealed record NotFound : PayOrderResult;
}

[GenerateSerializer, Immutable, Alias("shop.retry-order.v1")]
public sealed record RetryOrder(
    [property: Id(0)] string Operator,
    [property: Id(1)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.retry-order-result")]
public abstract record RetryOrderResult
{
    private RetryOrderResult() { }

    [GenerateSerializer, Immutable, Alias("shop.retry-order.retrying")]
    public sealed record Retrying([property: Id(0)] OrderView Order) : RetryOrderResult;

    /// <summary>The order has ended, or waits for nothing that a retry could hasten.</summary>
    [GenerateSerializer, Immutable, Alias("shop.retry-order.nothing-to-retry")]
    public sealed record NothingToRetry([property: Id(0)] OrderStatus Status) : RetryOrderResult;

    [GenerateSerializer, Immutable, Alias("shop.retry-order.not-found")]
    public sealed record NotFound : RetryOrderResult;
}
