using Shop.Events;
using Shop.Values;

namespace Shop.Stock;

/// <summary>The counters of one product. What grows (reservations, remembered adjustments) is in maps beside it.</summary>
[GenerateSerializer, Immutable, Alias("shop.stock-state.v1")]
internal sealed record StockState
{
    public static readonly StockState Empty = new();

    [Id(0)] public long OnHand { get; init; }

    /// <summary>The sum of all reservations that are held.</summary>
    [Id(1)] public long Held { get; init; }

    [Id(2)] public long Shipped { get; init; }

    /// <summary>Of the last fact.</summary>
    [Id(3)] public long Sequence { get; init; }

    /// <summary>
    /// The latest NotAfter of a reservation that has been forgotten. One that ends no later may be it: whatever the clock of the
    /// process says that has to decide next, it is not held again. One that is new, but was given its limit by a clock that lags behind the
    /// one that forgot, is told (<see cref="ReserveStockResult.TooLate"/>) to come back with a later limit.
    /// </summary>
    [Id(4)] public DateTimeOffset ForgottenUntil { get; init; }

    public long Available => OnHand - Held;

    public StockState Forgetting(DateTimeOffset notAfter) => notAfter > ForgottenUntil ? this with { ForgottenUntil = notAfter } : this;

    public StockState Evolve(IStockFact fact) => fact switch
    {
        StockHeld held => this with { Sequence = Sequence + 1, Held = Held + held.Quantity.Value },
        StockReleased released => this with { Sequence = Sequence + 1, Held = Held - released.Quantity.Value },
        StockShipped shipped => this with
        {
            Sequence = Sequence + 1,
            OnHand = OnHand - shipped.Quantity.Value,
            Held = Held - shipped.Quantity.Value,
            Shipped = Shipped + shipped.Quantity.Value,
        },
        StockAdjusted adjusted => this with { Sequence = Sequence + 1, OnHand = OnHand + adjusted.Delta },
        _ => this with { Sequence = Sequence + 1 },
    };

    public StockView View(ProductId id) => new(id, OnHand, Held, Shipped, Sequence);
}
