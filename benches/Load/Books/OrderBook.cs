using System.Collections.Concurrent;
using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Books;

/// <summary>A product as the driver set it up.</summary>
/// <param name="Received">All pieces it ever got.</param>
/// <param name="Scarce">Whether orders of it may be refused for want of stock.</param>
internal sealed record StockedProduct(string Id, long Price, long Received, bool Scarce);

/// <summary>One order that the shop acknowledged.</summary>
internal sealed record PlacedOrder(OrderRequest Request, string Id, long Total);

/// <summary>The client's own books: what it stocked and which orders the shop acknowledged. Thread-safe.</summary>
internal sealed class OrderBook(IReadOnlyDictionary<string, StockedProduct> products)
{
    private readonly ConcurrentDictionary<string, PlacedOrder> byId = new();
    private readonly ConcurrentDictionary<string, PlacedOrder> byKey = new();
    private readonly ConcurrentDictionary<string, CancelAnswer?> cancellations = new();
    private readonly ConcurrentDictionary<string, string> newMethods = new();
    private readonly ConcurrentQueue<string> faults = new();

    public IReadOnlyDictionary<string, StockedProduct> Products => products;

    public IReadOnlyCollection<PlacedOrder> Orders => [.. byKey.Values];

    public int Count => byKey.Count;

    /// <summary>What was wrong with the shop's answers so far.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>Notes an acknowledged order. The same request may be acknowledged again, but only as the same order.</summary>
    public void Acknowledged(OrderRequest request, OrderAnswer answer)
    {
        var total = request.Lines.Sum(line => line.Quantity * products[line.ProductId].Price);
        var order = new PlacedOrder(request, answer.Id, total);
        if (answer.Total.Amount != total)
            faults.Enqueue($"order {answer.Id} totals {answer.Total.Amount}, ordered was {total}");

        var first = byKey.GetOrAdd(request.Key, order);
        if (first.Id != answer.Id)
            faults.Enqueue($"key {request.Key} became two orders: {first.Id} and {answer.Id}");
        var owner = byId.GetOrAdd(answer.Id, order);
        if (owner.Request.Key != request.Key)
            faults.Enqueue($"order {answer.Id} answers two keys: {owner.Request.Key} and {request.Key}");
    }

    /// <summary>Cancels an order, and notes that from now on it may end that way, and what the shop promised.</summary>
    public async Task Cancel(ShopApi api, PlacedOrder order, CancellationToken cancel)
    {
        cancellations.TryAdd(order.Id, null);
        cancellations[order.Id] = await api.Cancel(order.Id, $"cancel:{order.Request.Key}", cancel);
    }

    /// <summary>Gives a declined order another payment method, and notes whether the shop took it.</summary>
    public async Task Pay(ShopApi api, PlacedOrder order, string method, CancellationToken cancel)
    {
        if (await api.Pay(order.Id, method, $"pay:{order.Request.Key}", cancel))
            newMethods[order.Id] = method;
    }

    /// <summary>What decides about the order: the payment method that the shop took last.</summary>
    public string MethodOf(PlacedOrder order) => newMethods.GetValueOrDefault(order.Id, order.Request.Method);

    public PlacedOrder OrderOf(OrderRequest request) => byKey[request.Key];

    public bool WasCancelAsked(PlacedOrder order) => cancellations.ContainsKey(order.Id);

    /// <summary>What the shop said to the client that asked to cancel; null when nobody did.</summary>
    public CancelAnswer? CancelAnswerOf(PlacedOrder order) => cancellations.GetValueOrDefault(order.Id);

    public bool MayRunOut(PlacedOrder order) => order.Request.Lines.Any(line => products[line.ProductId].Scarce);
}
