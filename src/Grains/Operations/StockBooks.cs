using Orleans.Persistence.GroupCommit;
using Shop.Stock;
using Shop.Values;

namespace Shop.Operations;

/// <summary>I1: what every product's counters say against its live reservations. Keeps the live reservations for I2.</summary>
internal sealed class StockBooks
{
    private const string Kind = "stock";
    private readonly Dictionary<string, (ProductId Product, Quantity Quantity)> live = [];

    private StockBooks() { }

    public Findings Stock { get; } = new("I1", "stock: held = the live reservations, and never more held than on hand");

    public static async Task<StockBooks> Read(IDurableSnapshot snapshot)
    {
        var books = new StockBooks();
        var held = new Dictionary<string, long>();
        await foreach (var entry in snapshot.ReadEntries<Reservation>(Kind, "reservations"))
        {
            if (entry.Value.Status != ReservationStatus.Held)
                continue;
            books.live.Add(entry.Key, (ProductId.FromKey(entry.GrainKey), entry.Value.Quantity));
            held[entry.GrainKey] = held.GetValueOrDefault(entry.GrainKey) + entry.Value.Quantity.Value;
        }

        await foreach (var row in snapshot.ReadRows<StockState>(Kind))
        {
            held.Remove(row.Key, out var sum);
            var stock = row.Value;
            books.Stock.Look(stock.Held == sum, $"{row.Key}: {stock.Held} held by its counter, {sum} by its reservations");
            books.Stock.Expect(stock.Available >= 0, $"{row.Key}: oversold, {stock.OnHand} on hand and {stock.Held} held");
            books.Stock.Expect(stock is { OnHand: >= 0, Held: >= 0, Shipped: >= 0 }, $"{row.Key}: a counter is below zero: {stock}");
        }

        foreach (var (key, sum) in held)
            books.Stock.Look(false, $"{key}: {sum} held by reservations of a product without stock");
        return books;
    }

    /// <summary>Whether the line is held now, as recorded.</summary>
    public bool Holds(ReservationId reservation, ProductId product, Quantity quantity) =>
        live.TryGetValue(reservation.ToString(), out var hold) && hold == (product, quantity);

    /// <summary>Takes the reservation off the list of holds that somebody has to account for.</summary>
    /// <returns>Whether it was live.</returns>
    public bool Account(ReservationId reservation) => live.Remove(reservation.ToString());

    /// <summary>Live holds that no order accounted for.</summary>
    public IEnumerable<string> Unaccounted => live.Keys;
}
