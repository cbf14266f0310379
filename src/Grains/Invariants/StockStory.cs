using Shop.Audit;
using Shop.Events;
using Shop.Stock;
using Shop.Values;

namespace Shop.Invariants;

/// <summary>
/// One product's stock as its events tell it, one after the other. Counts for itself, with nothing of the code that keeps the counters. In memory: what is
/// held at that point, and the newest ends.
/// </summary>
internal sealed class StockStory(string key, StockState stored, I1Stock stock, I2Reservations reservations, I6Events events)
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
        if (!events.IsOf(entity, sequence, stored.Sequence))
            return;
        for (last++; last < sequence; last++)
            complete = events.Missing(entity, last, happened.OccurredAt);
        switch (happened.Fact)
        {
            case StockAdjusted adjusted:
                received += adjusted.Delta;
                break;
            case StockHeld hold:
                var first = held.TryAdd(hold.Reservation, hold.Quantity) && !ended.Contains(hold.Reservation);
                reservations.CheckHold(At(sequence), hold.Reservation, first || !complete);
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
                stock.FindForeignFact(At(sequence), happened.Fact);
                break;
        }

        if (complete)
            stock.CheckEvent(At(sequence), Told);
    }

    /// <summary>No more is kept of it.</summary>
    /// <param name="isHeld">Whether a reservation is live as the stock has it.</param>
    /// <param name="live">How many of this product are.</param>
    public void Close(Func<ReservationId, Quantity, bool> isHeld, int live)
    {
        events.Begin();
        for (last++; last <= stored.Sequence; last++)
            complete = events.Missing(entity, last, null);
        if (!complete)
            return;
        stock.CheckStory(key, stored, Told);
        reservations.CheckLive(key, live, held.Count);
        foreach (var (reservation, quantity) in held)
            reservations.CheckLive(key, reservation, quantity, isHeld(reservation, quantity));
    }

    private StockCount Told => new(received - shipped, heldPieces, shipped);

    private EventPlace At(long sequence) => new(entity, sequence);

    private void End(long sequence, ReservationId reservation, Quantity quantity)
    {
        heldPieces -= quantity.Value;
        var wasHeld = held.Remove(reservation, out var pieces);
        if (complete)
            reservations.CheckEnd(At(sequence), reservation, quantity, pieces, wasHeld);
        if (!ended.Add(reservation))
            return;
        endings.Enqueue(reservation);
        if (endings.Count > Remembered)
            ended.Remove(endings.Dequeue());
    }
}

/// <summary>As it is named: put together only when something is wrong with it.</summary>
internal readonly record struct EventPlace(string Entity, long Sequence)
{
    public override string ToString() => $"{Entity}/{Sequence}";
}
