using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Invariants;

/// <summary>I2: reservations against the orders they belong to, and against the events of their products.</summary>
internal sealed class I2Reservations() : Invariant(
    "I2", "reservations: each is held once and ends once, every live hold belongs to an order under way, every hold an order counts on exists")
{
    // Pieces of completed orders, and of those whose goods are leaving, by product.
    private readonly Dictionary<ProductId, long> sold = [];
    private readonly Dictionary<ProductId, long> leaving = [];

    public void FindHeldUnderTwoProducts(string reservation, string one, string other) =>
        Look(false, $"{reservation}: held of {one} and of {other}");

    /// <param name="at">The event.</param>
    /// <param name="reservation">That it holds.</param>
    /// <param name="isFirst">No earlier event has held it.</param>
    public void CheckHold(EventPlace at, ReservationId reservation, bool isFirst) => Expect(isFirst, $"{reservation}: held twice, again in {at}");

    /// <param name="at">The event.</param>
    /// <param name="reservation">That it ends.</param>
    /// <param name="ended">Pieces it says were held.</param>
    /// <param name="held">Pieces that were, by the events before it.</param>
    /// <param name="wasHeld">They were.</param>
    public void CheckEnd(EventPlace at, ReservationId reservation, Quantity ended, Quantity held, bool wasHeld) =>
        Expect(wasHeld && held == ended, $"{reservation}: {ended} ended in {at}, but {held} were held");

    public void CheckLive(string product, int stored, int told) =>
        Expect(told == stored, $"{product}: {stored} live reservations, {told} by its events");

    public void CheckLive(string product, ReservationId reservation, Quantity told, bool isHeld) =>
        Expect(isHeld, $"{reservation}: {told} of {product} held by its events, not by its stock");

    /// <summary>Takes the order's reservations off the stock's list of those that somebody has to account for.</summary>
    /// <param name="key">Of the order.</param>
    /// <param name="placement">What was ordered.</param>
    /// <param name="saga">Null: it has not started.</param>
    /// <param name="stock">What is held.</param>
    public void CheckOrder(string key, OrderPlacement placement, SagaState? saga, StockBooks stock)
    {
        Next();
        // From the pivot on the durable state says what is held; before it, and while undoing, lines change ahead of the saga's next write.
        var countsOn = saga?.Step is SagaStep.Capturing or SagaStep.CaptureUnknown or SagaStep.Confirmed or SagaStep.AwaitingPayment;
        foreach (var line in placement.Lines)
        {
            var reservation = new ReservationId(placement.OrderId, line.Number, 1);
            if (countsOn)
                Expect(stock.Holds(reservation, line.ProductId, line.Quantity), $"{reservation}: {saga!.Step}, but not held");
            if (saga?.Step is SagaStep.Completed)
                sold[line.ProductId] = sold.GetValueOrDefault(line.ProductId) + line.Quantity.Value;
            else if (saga?.Step is SagaStep.Fulfilling)
                leaving[line.ProductId] = leaving.GetValueOrDefault(line.ProductId) + line.Quantity.Value;
            var live = stock.Account(reservation);
            Expect(!live || saga is not { IsFinal: true }, $"{reservation}: still held, but {key} is {saga?.Step}");
        }
    }

    /// <summary>After all orders: what the stock has that none of them accounts for.</summary>
    public void CheckRest(StockBooks stock)
    {
        foreach (var reservation in stock.Unaccounted)
            Look(false, $"{reservation}: held for an order that was never placed");
        foreach (var (product, pieces) in stock.Shipped)
        {
            var (least, most) = (sold.GetValueOrDefault(product), sold.GetValueOrDefault(product) + leaving.GetValueOrDefault(product));
            Expect(
                pieces >= least && pieces <= most,
                $"{product.Key}: {pieces} shipped, but completed orders had {least}, and {most} with those whose goods are leaving");
        }
    }
}
