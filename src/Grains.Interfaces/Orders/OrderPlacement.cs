using System.Collections.Immutable;
using Shop.Values;

namespace Shop.Orders;

/// <summary>What the customer ordered, at the prices of that moment. Never changes.</summary>
[GenerateSerializer, Immutable, Alias("shop.order-placement.v1")]
public sealed record OrderPlacement(
    [property: Id(0)] OrderId OrderId,
    [property: Id(1)] CustomerId CustomerId,
    [property: Id(2)] ImmutableArray<OrderLine> Lines,
    [property: Id(3)] Money Total,
    [property: Id(4)] string PaymentMethod,
    [property: Id(5)] DateTimeOffset PlacedAt,
    [property: Id(6)] TraceContext Trace);

/// <param name="Number">From 1, the line's place in the order: part of its reservation's key.</param>
[GenerateSerializer, Immutable, Alias("shop.order-line.v1")]
public sealed record OrderLine(
    [property: Id(0)] int Number,
    [property: Id(1)] ProductId ProductId,
    [property: Id(2)] Quantity Quantity,
    [property: Id(3)] Money UnitPrice)
{
    public Money Total => UnitPrice.Times(Quantity);
}
