using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Stock;
using Shop.Values;

namespace Shop.Operations;

/// <summary>
/// I1: what every product's counters say against its live reservations and against its events; and what its events say of reservations, for I2. Keeps the live
/// reservations and what was shipped.
/// </summary>
internal sealed class StockBooks(AuditBook audit, Findings reservations)
{
    private const string Kind = "stock";
    private readonly Dictionary<string, (string Product, Quantity Quantity)> live = [];
    // The second hold of a reservation, and more: none, unless something is wrong.
    private readonly HashSet<(string Reservation, string Product, Quantity Quantity)> again = [];
    private readonly Dictionary<string, (long Pieces, int Count)> held = [];
    private readonly Dictionary<string, StockState> untold = [];
    private readonly Dictionary<ProductId, long> shipped = [];

    public Findings Stock { get; } = new("I1", "stock: held = the live reservations, never more held than on hand, and the events of each product lead to its counters");

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
            Stock.Look(stock.Held == sum, $"{row.Key}: {stock.Held} held by its counter, {sum} by its reservations");
            Stock.Expect(stock.Available >= 0, $"{row.Key}: oversold, {stock.OnHand} on hand and {stock.Held} held");
            Stock.Expect(stock is { OnHand: >= 0, Held: >= 0, Shipped: >= 0 }, $"{row.Key}: a counter is below zero: {stock}");
        }

        foreach (var (key, sum) in held)
        {
            if (!untold.ContainsKey(key))
                Stock.Look(false, $"{key}: {sum.Pieces} held by reservations of a product without stock");
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
        reservations.Look(false, $"{reservation}: held of {live[reservation].Product} and of {product}");
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
        return new StockStory(key, stored ?? StockState.Empty, audit, Stock, reservations);
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
