using System.Collections.Concurrent;
using System.Diagnostics;
using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Books;

/// <param name="Statuses">How many orders ended how.</param>
/// <param name="Looks">How often the invariants were asked for until they held or the limit was over.</param>
internal sealed record AuditResult(
    IReadOnlyDictionary<string, int> Statuses,
    InvariantsAnswer Invariants,
    int Looks,
    IReadOnlyList<string> Faults)
{
    public long Violations => Faults.Count + Invariants.Violations;
}

/// <summary>Waits until every acknowledged order has ended, then compares the client's books with the shop's.</summary>
/// <param name="limit">For all orders to end; and again for the invariants to hold.</param>
/// <param name="untilFinal">Whether confirmed orders have to be completed too.</param>
/// <param name="cancelWaiting">Cancels orders that wait for another payment method, instead of letting them expire.</param>
internal sealed class BookAudit(ShopApi api, OrderBook book, TimeSpan limit, bool untilFinal, bool cancelWaiting)
{
    private const int Readers = 8;
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentQueue<string> faults = new();

    public async Task<AuditResult> Run(CancellationToken cancel)
    {
        var ended = await WaitForEnds(cancel);
        var sold = new Dictionary<string, long>();
        foreach (var (placed, order) in ended)
        {
            if (Verdict.Of(book, placed, order) is { } fault)
                faults.Enqueue(fault);
            if (order.IsSold)
                foreach (var line in placed.Request.Lines)
                    sold[line.ProductId] = sold.GetValueOrDefault(line.ProductId) + line.Quantity;
        }
        await CompareStock(api, book.Products.Values, sold, faults, cancel);
        var (invariants, looks) = await WaitForInvariants(api, limit, cancel);
        var statuses = ended.GroupBy(pair => pair.Order.Status).ToDictionary(group => group.Key, group => group.Count());
        return new AuditResult(statuses, invariants, looks, [.. book.Faults, .. faults]);
    }

    /// <summary>Of a shop that comes to rest after orders that all had to be sold: its invariants, and its stock.</summary>
    /// <param name="sold">Pieces by product.</param>
    /// <param name="violations">What clients have noticed already.</param>
    public static async Task<AuditResult> OfWhatWasSold(
        ShopApi api, IReadOnlyList<StockedProduct> products, IReadOnlyDictionary<string, long> sold, IEnumerable<string> violations, CancellationToken cancel)
    {
        var (invariants, looks) = await WaitForInvariants(api, RestLimit, cancel);
        var faults = new ConcurrentQueue<string>(violations);
        await CompareStock(api, products, sold, faults, cancel);
        return new AuditResult(new Dictionary<string, int>(), invariants, looks, [.. faults]);
    }

    /// <summary>Asks until the invariants hold, or the limit is over: right after load, work is still on its way between the books.</summary>
    public static async Task<(InvariantsAnswer Last, int Looks)> WaitForInvariants(ShopApi api, TimeSpan limit, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        for (var looks = 1; ; looks++)
        {
            var answer = await api.Invariants(cancel);
            if (answer.Ok || Stopwatch.GetElapsedTime(started) > limit)
                return (answer, looks);
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(looks, 5)), cancel);
        }
    }

    /// <summary>Held and shipped pieces must be those of the sold orders, and none may have come from nowhere.</summary>
    /// <param name="sold">Pieces by product. A hold that becomes a shipment meanwhile changes none of the sums compared.</param>
    public static async Task CompareStock(
        ShopApi api, IEnumerable<StockedProduct> products, IReadOnlyDictionary<string, long> sold, ConcurrentQueue<string> faults, CancellationToken cancel) =>
        await Parallel.ForEachAsync(products, Workers(cancel), async (product, stop) =>
        {
            var stock = await api.Stock(product.Id, stop);
            var due = sold.GetValueOrDefault(product.Id);
            if (stock.Held + stock.Shipped != due)
                faults.Enqueue($"product {product.Id} holds {stock.Held} and shipped {stock.Shipped}, sold were {due}");
            if (stock.OnHand + stock.Shipped != product.Received)
                faults.Enqueue($"product {product.Id} has {stock.OnHand} and shipped {stock.Shipped}, received were {product.Received}");
            if (stock.Available < 0 || stock.Available != stock.OnHand - stock.Held)
                faults.Enqueue($"product {product.Id} says {stock.Available} available of {stock.OnHand} with {stock.Held} held");
        });

    private async Task<List<(PlacedOrder Placed, OrderAnswer Order)>> WaitForEnds(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var ended = new ConcurrentDictionary<string, (PlacedOrder, OrderAnswer)>();
        for (var open = book.Orders; open.Count > 0; open = [.. open.Where(o => !ended.ContainsKey(o.Id))])
        {
            var overdue = Stopwatch.GetElapsedTime(started) > limit;
            await Parallel.ForEachAsync(open, Workers(cancel), async (placed, stop) =>
            {
                var order = await api.Read(placed.Id, stop);
                if (order is null)
                    faults.Enqueue($"order {placed.Id} was acknowledged and is unknown");
                else if (overdue && !HasEnded(order))
                    faults.Enqueue($"order {placed.Id} is still {order.Status} after {limit.TotalSeconds:F0} s");

                if (order is null || overdue || HasEnded(order))
                    ended[placed.Id] = (placed, order ?? Lost(placed));
                else if (cancelWaiting && order.Status == OrderStatuses.AwaitingPayment)
                    await book.Cancel(api, placed, stop);
            });
            if (ended.Count < book.Count)
                await Task.Delay(Pause, cancel);
        }
        return [.. ended.Values.Where(pair => HasEnded(pair.Item2))];
    }

    private bool HasEnded(OrderAnswer order) => order.IsFinal || (!untilFinal && order.IsSold);

    private static OrderAnswer Lost(PlacedOrder placed) =>
        new(placed.Id, 0, "lost", new MoneyAnswer(0, OrderRequest.Currency), new PaymentAnswer("none", 0, 0, 0), null);

    private static ParallelOptions Workers(CancellationToken cancel) => new() { MaxDegreeOfParallelism = Readers, CancellationToken = cancel };
}
