using Shop.Events;
using Shop.Stock;

namespace Shop.Invariants;

/// <summary>I1: what every product's counters say against its live reservations and against its events.</summary>
internal sealed class I1Stock() : Invariant(
    "I1", "stock: held = the live reservations, never more held than on hand, and the events of each product lead to its counters")
{
    /// <param name="product">Its key.</param>
    /// <param name="stock">Its counters.</param>
    /// <param name="reserved">Pieces of its live reservations.</param>
    public void CheckCounters(string product, StockState stock, long reserved)
    {
        Look(stock.Held == reserved, $"{product}: {stock.Held} held by its counter, {reserved} by its reservations");
        Expect(stock.Available >= 0, $"{product}: oversold, {stock.OnHand} on hand and {stock.Held} held");
        Expect(stock is { OnHand: >= 0, Held: >= 0, Shipped: >= 0 }, $"{product}: a counter is below zero: {stock}");
    }

    public void FindReservedWithoutStock(string product, long reserved) =>
        Look(false, $"{product}: {reserved} held by reservations of a product without stock");

    /// <param name="at">The event.</param>
    /// <param name="told">What the events up to this one lead to.</param>
    public void CheckEvent(EventPlace at, StockCount told) =>
        Expect(told.OnHand - told.Held >= 0, $"{at}: oversold, {told.OnHand} on hand and {told.Held} held");

    public void FindForeignFact(EventPlace at, IFact fact) => Expect(false, $"{at}: {fact} is nothing that happens to stock");

    /// <param name="product">Its key.</param>
    /// <param name="stored">Its counters.</param>
    /// <param name="told">What all its events lead to.</param>
    public void CheckStory(string product, StockState stored, StockCount told) => Expect(
        told == new StockCount(stored.OnHand, stored.Held, stored.Shipped),
        $"{product}: {stored.OnHand} on hand, {stored.Held} held and {stored.Shipped} shipped by its counters; {told.OnHand}, {told.Held} and {told.Shipped} by its events");
}

/// <summary>Pieces of a product.</summary>
internal readonly record struct StockCount(long OnHand, long Held, long Shipped);
