namespace Shop.Stock;

/// <summary>The stock of one product; key <c>p:&lt;productId&gt;</c>. Never promises what it does not have.</summary>
[Alias("shop.stock"), GrainInterfaceType("shop.stock")]
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>
    /// How long a saga waits for an answer. Its commands are repeatable by their keys, so it asks again: a call that was lost with a silo finds its successor, and one whose write waits
    /// for the database is answered by the same hold.
    /// </summary>
    private const string Limit = "00:00:05";

    /// <summary>Holds pieces for an order line, once per reservation. Refusals are not remembered: asking again may succeed.</summary>
    [Alias("Reserve"), ResponseTimeout(Limit)]
    Task<ReserveStockResult> Reserve(ReserveStock command);

    /// <summary>Ends a hold. Unknown reservations leave a tombstone, so that a late Reserve finds itself released.</summary>
    [Alias("Release"), ResponseTimeout(Limit)]
    Task<ReleaseStockResult> Release(ReleaseStock command);

    /// <summary>Turns a hold into goods that have left.</summary>
    [Alias("Ship"), ResponseTimeout(Limit)]
    Task<ShipStockResult> Ship(ShipStock command);

    /// <summary>Adds or takes away pieces on hand, never below what is held.</summary>
    [Alias("Adjust")]
    Task<AdjustStockResult> Adjust(AdjustStock command);

    /// <summary>The counters. A product that was never stocked reads as all zeros, version 0.</summary>
    [Alias("Read")]
    Task<StockView> Read();
}
