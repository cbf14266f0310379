using Shop.Audit;
using Shop.Events;
using Shop.Stock;
using Shop.Values;

namespace Shop.Operations;

/// <summary>
/// One product's stock as its events tell it, one after the other. Counts for itself, with nothing of the code that keeps the counters. In memory: what is
/// held at that point of the story, and the ends of late.
/// </summary>
internal sealed class StockStory(string key, StockState stored, AuditBook audit, Findings stock, Findings reservations)
{
    /// <summary>So many ends are remembered, to see one that is held or ended again.</summary>
    private const int Remembered = 250_000;

    private readonly string entity = AuditLog.Stock + key;
    private readonly Dictionary<ReservationId, Quantity> held = [];
    private readonly HashSet<ReservationId> ended = [];
    private readonly Queue<ReservationId> endings = [];
    private long last;
    private long received, heldPieces, shipped;
    private bool complete = true;

    public string Entity => entity;

    public void Next(long sequence, AuditedEvent happened)
    {
        if (!audit.IsOf(entity, sequence, stored.Sequence))
            return;
        for (last++; last < sequence; last++)
            complete = audit.Missing(entity, last, happened.OccurredAt);
        switch (happened.Fact)
        {
            case StockAdjusted adjusted:
                received += adjusted.Delta;
                break;
            case StockHeld hold:
                var first = held.TryAdd(hold.Reservation, hold.Quantity) && !ended.Contains(hold.Reservation);
                reservations.Expect(first || !complete, $"{hold.Reservation}: held twice, again in {entity}/{sequence}");
                heldPieces += hold.Quantity.Value;
                break;
            case StockReleased released:
                End(sequence, released.Reservation, released.Quantity);
                break;
            case StockShipped left:
                End(sequence, left.Reservation, left.Quantity);
                shipped += left.Quantity.Value;
                break;
            default:
                stock.Expect(false, $"{entity}/{sequence}: {happened.Fact} is nothing that happens to stock");
                break;
        }

        stock.Expect(received - shipped - heldPieces >= 0 || !complete, $"{entity}/{sequence}: oversold, {received - shipped} on hand and {heldPieces} held");
    }

    /// <summary>No more is kept of it.</summary>
    /// <param name="isHeld">Whether a reservation is live as the stock has it.</param>
    /// <param name="live">How many of this product are.</param>
    public void Close(Func<ReservationId, Quantity, bool> isHeld, int live)
    {
        audit.Events.Next();
        for (last++; last <= stored.Sequence; last++)
            complete = audit.Missing(entity, last, null);
        if (!complete)
            return;
        stock.Expect(
            (received - shipped, heldPieces, shipped) == (stored.OnHand, stored.Held, stored.Shipped),
            $"{key}: {stored.OnHand} on hand, {stored.Held} held and {stored.Shipped} shipped by its counters; {received - shipped}, {heldPieces} and {shipped} by its events");
        reservations.Expect(held.Count == live, $"{key}: {live} live reservations, {held.Count} by its events");
        foreach (var (reservation, quantity) in held)
            reservations.Expect(isHeld(reservation, quantity), $"{reservation}: {quantity} of {key} held by its events, not by its stock");
    }

    private void End(long sequence, ReservationId reservation, Quantity quantity)
    {
        heldPieces -= quantity.Value;
        var once = held.Remove(reservation, out var pieces) && pieces == quantity;
        reservations.Expect(once || !complete, $"{reservation}: {quantity} ended in {entity}/{sequence}, but {pieces} were held");
        if (!ended.Add(reservation))
            return;
        endings.Enqueue(reservation);
        if (endings.Count > Remembered)
            ended.Remove(endings.Dequeue());
    }
}
