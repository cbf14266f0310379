using Shop.Values;

namespace Shop.Events;

/// <summary>
/// What happens to one product's stock. Folding a product's facts gives its counters:
/// held changes by StockHeld, StockReleased, StockShipped; on hand by StockAdjusted, StockShipped.
/// </summary>
public interface IStockFact : IFact;

[GenerateSerializer, Immutable, Alias("shop.stock-held.v1")]
public sealed record StockHeld(
    [property: Id(0)] ReservationId Reservation,
    [property: Id(1)] Quantity Quantity) : IStockFact;

[GenerateSerializer, Immutable, Alias("shop.stock-released.v1")]
public sealed record StockReleased(
    [property: Id(0)] ReservationId Reservation,
    [property: Id(1)] Quantity Quantity) : IStockFact;

[GenerateSerializer, Immutable, Alias("shop.stock-shipped.v1")]
public sealed record StockShipped(
    [property: Id(0)] ReservationId Reservation,
    [property: Id(1)] Quantity Quantity) : IStockFact;

/// <param name="Delta">Pieces added (positive) or taken away (negative); never 0.</param>
[GenerateSerializer, Immutable, Alias("shop.stock-adjusted.v1")]
public sealed record StockAdjusted(
    [property: Id(0)] long Delta,
    [property: Id(1)] string Reason) : IStockFact;
