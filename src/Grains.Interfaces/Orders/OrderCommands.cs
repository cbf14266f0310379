using System.Collections.Immutable;
using Shop.Values;

namespace Shop.Orders;

/// <param name="RequestHash">Of the canonical request body: tells a replay from another request under the same key.</param>
[GenerateSerializer, Immutable, Alias("shop.place-order.v1")]
public sealed record PlaceOrder(
    [property: Id(0)] CustomerId CustomerId,
    [property: Id(1)] string Currency,
    [property: Id(2)] ImmutableArray<RequestedLine> Lines,
    [property: Id(3)] string PaymentMethod,
    [property: Id(4)] string RequestHash,
    [property: Id(5)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.requested-line.v1")]
public sealed record RequestedLine(
    [property: Id(0)] ProductId ProductId,
    [property: Id(1)] Quantity Quantity);

[GenerateSerializer, Immutable, Alias("shop.place-order-result")]
public abstract record PlaceOrderResult
{
    private PlaceOrderResult() { }

    [GenerateSerializer, Immutable, Alias("shop.place-order.placed")]
    public sealed record Placed([property: Id(0)] OrderPlacement Placement) : PlaceOrderResult;

    /// <summary>The same request came before: its first answer.</summary>
    [GenerateSerializer, Immutable, Alias("shop.place-order.replayed")]
    public sealed record Replayed([property: Id(0)] OrderPlacement Placement) : PlaceOrderResult;

    /// <summary>Another request came before under this id.</summary>
    [GenerateSerializer, Immutable, Alias("shop.place-order.mismatch")]
    public sealed record Mismatch : PlaceOrderResult;

    /// <summary>Nothing stored: some lines cannot be sold.</summary>
    [GenerateSerializer, Immutable, Alias("shop.place-order.refused")]
    public sealed record Refused([property: Id(0)] ImmutableArray<LineFault> Faults) : PlaceOrderResult;
}

/// <param name="Index">Of the line in the request, from 0.</param>
[GenerateSerializer, Immutable, Alias("shop.line-fault.v1")]
public sealed record LineFault(
    [property: Id(0)] int Index,
    [property: Id(1)] LineFaultKind Kind,
    [property: Id(2)] string Detail);

public enum LineFaultKind
{
    UnknownProduct = 1,
    NotForSale = 2,
    WrongCurrency = 3,
    TotalTooLarge = 4,
}
