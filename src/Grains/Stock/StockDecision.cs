using Shop.Events;

namespace Shop.Stock;

/// <param name="Effect">Null: nothing changes.</param>
internal readonly record struct StockDecision<TAnswer>(TAnswer Answer, StockEffect? Effect = null);

/// <param name="Next">The counters afterwards.</param>
/// <param name="Entry">The reservation afterwards; null: it is forgotten.</param>
/// <param name="Fact">Null for a tombstone: nothing happened to the stock.</param>
internal sealed record StockEffect(StockState Next, Reservation? Entry, IStockFact? Fact);

/// <param name="Next">The counters afterwards; null: nothing changes, and nothing is remembered.</param>
internal sealed record AdjustDecision(
    AdjustStockResult Answer, StockState? Next = null, Adjustment? Remembered = null, StockAdjusted? Fact = null);
