using Shop.Values;

namespace Shop.Stock;

/// <param name="NotAfter">A Reserve that arrives later is too late; so ended reservations need be remembered only until then.</param>
[GenerateSerializer, Immutable, Alias("shop.reserve-stock.v1")]
public sealed record ReserveStock(
    [property: Id(0)] ReservationId Reservation,
    [property: Id(1)] Quantity Quantity,
    [property: Id(2)] DateTimeOffset NotAfter,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.reserve-stock-result")]
public abstract record ReserveStockResult
{
    private ReserveStockResult() { }

    [GenerateSerializer, Immutable, Alias("shop.reserve-stock.held")]
    public sealed record Held : ReserveStockResult;

    [GenerateSerializer, Immutable, Alias("shop.reserve-stock.refused")]
    public sealed record Refused([property: Id(0)] long Requested, [property: Id(1)] long Available) : ReserveStockResult;

    /// <summary>The reservation has already ended (released, shipped): nothing is held, and never will be.</summary>
    [GenerateSerializer, Immutable, Alias("shop.reserve-stock.ended")]
    public sealed record Ended : ReserveStockResult;

    /// <summary>
    /// Nothing is known under the reservation, and its NotAfter has passed, or is no later than that of one that has been forgotten: it may be
    /// that one. Whoever knows that it is not may ask again under a later limit.
    /// </summary>
    /// <param name="Until">A new NotAfter has to lie after this.</param>
    [GenerateSerializer, Immutable, Alias("shop.reserve-stock.too-late")]
    public sealed record TooLate([property: Id(0)] DateTimeOffset Until) : ReserveStockResult;
}

/// <param name="NotAfter">The latest of any Reserve of it: until then a tombstone is kept for an unknown reservation.</param>
[GenerateSerializer, Immutable, Alias("shop.release-stock.v1")]
public sealed record ReleaseStock(
    [property: Id(0)] ReservationId Reservation,
    [property: Id(1)] DateTimeOffset NotAfter,
    [property: Id(2)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.release-stock-result")]
public abstract record ReleaseStockResult
{
    private ReleaseStockResult() { }

    /// <summary>The reservation holds nothing: it was released now, earlier, or never held.</summary>
    [GenerateSerializer, Immutable, Alias("shop.release-stock.released")]
    public sealed record Released : ReleaseStockResult;

    /// <summary>The goods have left; there is nothing to release.</summary>
    [GenerateSerializer, Immutable, Alias("shop.release-stock.shipped")]
    public sealed record Shipped : ReleaseStockResult;
}

[GenerateSerializer, Immutable, Alias("shop.ship-stock.v1")]
public sealed record ShipStock(
    [property: Id(0)] ReservationId Reservation,
    [property: Id(1)] DateTimeOffset NotAfter,
    [property: Id(2)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.ship-stock-result")]
public abstract record ShipStockResult
{
    private ShipStockResult() { }

    [GenerateSerializer, Immutable, Alias("shop.ship-stock.shipped")]
    public sealed record Shipped : ShipStockResult;

    /// <summary>No such hold: it was released, or its end has been forgotten after NotAfter.</summary>
    [GenerateSerializer, Immutable, Alias("shop.ship-stock.not-held")]
    public sealed record NotHeld : ShipStockResult;
}

/// <param name="Delta">Pieces; not 0.</param>
/// <param name="Reason">Why, in the merchant's words: "receipt", "stocktake", "damage" …; 1 to 64 characters.</param>
[GenerateSerializer, Immutable, Alias("shop.adjust-stock.v1")]
public sealed record AdjustStock(
    [property: Id(0)] IdempotencyKey Key,
    [property: Id(1)] long Delta,
    [property: Id(2)] string Reason,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.adjust-stock-result")]
public abstract record AdjustStockResult
{
    private AdjustStockResult() { }

    [GenerateSerializer, Immutable, Alias("shop.adjust-stock.adjusted")]
    public sealed record Adjusted([property: Id(0)] StockView Stock, [property: Id(1)] bool Replayed) : AdjustStockResult;

    /// <summary>It would take away what is held for orders.</summary>
    [GenerateSerializer, Immutable, Alias("shop.adjust-stock.refused")]
    public sealed record Refused([property: Id(0)] long Requested, [property: Id(1)] long Available) : AdjustStockResult;

    /// <summary>The pieces on hand would exceed what the shop counts (10^12).</summary>
    [GenerateSerializer, Immutable, Alias("shop.adjust-stock.too-many")]
    public sealed record TooMany : AdjustStockResult;

    /// <summary>Another adjustment came before under this key.</summary>
    [GenerateSerializer, Immutable, Alias("shop.adjust-stock.mismatch")]
    public sealed record Mismatch : AdjustStockResult;
}
