using Orleans.Persistence.GroupCommit.Storage;
using Shop.Events;
using Shop.Simulation.Cluster;
using Shop.Simulation.Storage;
using Shop.Stock;
using Shop.Values;

namespace Shop.Simulation.Laws;

/// <summary>I1 and I2: counters are what the facts and the live reservations say, nothing is sold twice, each reservation ends once.</summary>
internal sealed class StockLaws(World world)
{
    private readonly Dictionary<string, Shelf> shelves = new(StringComparer.Ordinal);
    private readonly Dictionary<ReservationId, Life> lives = [];
    private readonly HashSet<string> adjusted = new(StringComparer.Ordinal);

    public bool IsHeld(ReservationId reservation, ProductId product, Quantity quantity) =>
        lives.GetValueOrDefault(reservation) is { End: null } life && life.Product == product.Key && life.Quantity == quantity;

    public bool HasShipped(ReservationId reservation) => lives.GetValueOrDefault(reservation) is { End: StockShipped };

    public void Stored(Process process, GrainWrite write, StockState state)
    {
        var key = write.Row.Key;
        if (!shelves.TryGetValue(key, out var shelf))
            shelves.Add(key, shelf = new Shelf());

        world.Trace.Stored(process, write, $"{state.OnHand} on hand, {state.Held} held: {string.Join(", ", write.Outbox.Select(r => ((ShopEvent)r.Item!).Fact))}");
        world.Laws.Follow(write, shelf.Sequence, state.Sequence);
        foreach (var row in write.Outbox)
            Happened(key, shelf, ((ShopEvent)row.Item!).Fact);
        shelf.Sequence = state.Sequence;

        foreach (var (map, entry, payload) in write.Entries)
        {
            if (map != "reservations")
                continue;
            shelf.Live.Remove(entry);
            if (payload is { } bytes && Bytes.Read<Reservation>(bytes) is { Status: ReservationStatus.Held } held)
                shelf.Live.Add(entry, held.Quantity.Value);
        }

        world.Laws.Expect(
            (state.OnHand, state.Held, state.Shipped) == (shelf.OnHand, shelf.Held, shelf.Shipped),
            $"{key} counts {state}, its facts say {shelf.OnHand} on hand, {shelf.Held} held, {shelf.Shipped} shipped");
        world.Laws.Expect(state.Held == shelf.Live.Values.Sum(), $"{key} counts {state.Held} held, its reservations {shelf.Live.Values.Sum()}");
        world.Laws.Expect(state.OnHand >= state.Held && state.Held >= 0, $"{key} is oversold: {state.OnHand} on hand, {state.Held} held");
    }

    public void AtRest(IReadOnlyDictionary<string, SortedDictionary<long, ShopEvent>> heard)
    {
        foreach (var (key, shelf) in shelves)
        {
            world.Laws.Expect(shelf.Held == 0, $"{key}: {shelf.Held} still held when every order has ended");
            world.Laws.Expect(heard.GetValueOrDefault($"stock/{key}")?.Count == shelf.Sequence, $"{key}: {shelf.Sequence} facts, but not all were heard of");
        }
    }

    private void Happened(string key, Shelf shelf, IFact fact)
    {
        switch (fact)
        {
            case StockHeld held:
                shelf.Held += held.Quantity.Value;
                world.Laws.Expect(!lives.ContainsKey(held.Reservation), $"{held.Reservation} is held a second time");
                lives[held.Reservation] = new Life(key, held.Quantity, null);
                world.Laws.Orders.GoodsFit(held.Reservation.OrderId.Key);
                break;
            case StockReleased released:
                shelf.Held -= released.Quantity.Value;
                End(released.Reservation, fact);
                break;
            case StockShipped shipped:
                shelf.Held -= shipped.Quantity.Value;
                shelf.OnHand -= shipped.Quantity.Value;
                shelf.Shipped += shipped.Quantity.Value;
                End(shipped.Reservation, fact);
                break;
            case StockAdjusted adjustment:
                shelf.OnHand += adjustment.Delta;
                world.Laws.Expect(adjusted.Add(adjustment.Reason), $"{key} is adjusted a second time for {adjustment.Reason}");
                break;
            default:
                break;
        }
    }

    private void End(ReservationId reservation, IFact how)
    {
        if (lives.GetValueOrDefault(reservation) is { End: null } life)
            lives[reservation] = life with { End = how };
        else
            world.Laws.Break($"{reservation} ends, but is not held: {how}");
        world.Laws.Orders.GoodsFit(reservation.OrderId.Key);
    }

    private sealed class Shelf
    {
        public long OnHand { get; set; }

        public long Held { get; set; }

        public long Shipped { get; set; }

        public long Sequence { get; set; }

        public Dictionary<string, long> Live { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Life(string Product, Quantity Quantity, IFact? End);
}
