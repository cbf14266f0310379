using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Stock;
using Shop.Values;

namespace Shop.Invariants;

/// <summary>Reads the stock of every product with its reservations and its events, for I1 and I2. Keeps the live reservations and what was shipped.</summary>
internal sealed class StockBooks(I1Stock counters, I2Reservations reservations, I6Events events)
{
    private const string Kind = "stock";
    private readonly Dictionary<string, (string Product, Quantity Quantity)> live = [];
    // The second hold of a reservation, and more: none, unless something is wrong.
    private readonly HashSet<(string Reservation, string Product, Quantity Quantity)> again = [];
    private readonly Dictionary<string, (long Pieces, int Count)> held = [];
    private readonly Dictionary<string, StockState> untold = [];
    private readonly Dictionary<ProductId, long> shipped = [];

    public async Task Read(IDurableSnapshot snapshot, CancellationToken cancellationToken)
    {
        await foreach (var entry in snapshot.ReadEntries<Reservation>(Kind, "reservations", cancellationToken))
        {
            if (entry.Value.Status != ReservationStatus.Held)
                continue;
            Add(entry.Key, entry.GrainKey, entry.Value.Quantity);
            var (pieces, count) = held.GetValueOrDefault(entry.GrainKey);
            held[entry.GrainKey] = (pieces + entry.Value.Quantity.Value, count + 1);
        }

        await foreach (var row in snapshot.ReadRows<StockState>(Kind, null, cancellationToken))
        {
            var sum = held.GetValueOrDefault(row.Key).Pieces;
            var stock = row.Value;
            untold.Add(row.Key, stock);
            shipped.Add(ProductId.FromKey(row.Key), stock.Shipped);
            counters.CheckCounters(row.Key, stock, sum);
        }

        foreach (var (key, sum) in held)
        {
            if (!untold.ContainsKey(key))
                counters.FindReservedWithoutStock(key, sum.Pieces);
        }

        await ReadEvents(snapshot, cancellationToken);
    }

    /// <summary>Whether the line is held now, as recorded.</summary>
    public bool Holds(ReservationId reservation, ProductId product, Quantity quantity) => Holds(reservation, product.Key, quantity);

    /// <summary>Takes the reservation off the list of holds that somebody has to account for.</summary>
    /// <returns>Whether it was live.</returns>
    public bool Account(ReservationId reservation) => live.Remove(reservation.ToString());

    /// <summary>Live holds that no order accounted for.</summary>
    public IEnumerable<string> Unaccounted => live.Keys;

    /// <summary>Pieces that have left, by product.</summary>
    public IReadOnlyDictionary<ProductId, long> Shipped => shipped;

    private bool Holds(ReservationId reservation, string product, Quantity quantity) =>
        (live.TryGetValue(reservation.ToString(), out var hold) && hold == (product, quantity)) || again.Contains((reservation.ToString(), product, quantity));

    private void Add(string reservation, string product, Quantity quantity)
    {
        if (live.TryAdd(reservation, (product, quantity)))
            return;
        reservations.FindHeldUnderTwoProducts(reservation, live[reservation].Product, product);
        again.Add((reservation, product, quantity));
    }

    private async Task ReadEvents(IDurableSnapshot snapshot, CancellationToken cancellationToken)
    {
        StockStory? story = null;
        await foreach (var kept in snapshot.ReadLog<AuditedEvent>(AuditLog.Name, AuditLog.Stock, AuditLog.PastStock, cancellationToken))
        {
            if (story?.Entity != kept.Entity)
            {
                Close(story);
                story = Story(kept.Entity[AuditLog.Stock.Length..]);
            }

            story.Next(kept.Sequence, kept.Value);
        }

        Close(story);
        // Those of which nothing was kept.
        foreach (var key in untold.Keys.ToList())
            Close(Story(key));
    }

    private StockStory Story(string key)
    {
        untold.Remove(key, out var stored);
        return new StockStory(key, stored ?? StockState.Empty, counters, reservations, events);
    }

    private void Close(StockStory? story)
    {
        if (story is null)
            return;
        var key = story.Entity[AuditLog.Stock.Length..];
        story.Close(
            (reservation, quantity) => Holds(reservation, key, quantity),
            held.GetValueOrDefault(key).Count);
    }
}
