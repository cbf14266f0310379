using System.Collections.Concurrent;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Shopping;

/// <summary>Every key, once more, must answer the order it became, as it was when it was placed.</summary>
internal static class Replays
{
    private const int Clients = 12;

    public static async Task<IReadOnlyCollection<string>> Faults(ShopApi api, OrderBook book, CancellationToken cancel)
    {
        var faults = new ConcurrentQueue<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancel };
        await Parallel.ForEachAsync(book.Orders, options, async (placed, stop) =>
        {
            var answer = await api.Place(placed.Request, waitSeconds: 0, stop);
            if (answer is not { Status: 201, Replayed: true, Order: { Version: 1, Status: "placed" } order } || order.Id != placed.Id)
                faults.Enqueue($"key {placed.Request.Key} of order {placed.Id} was replayed as {answer}");
        });
        return faults;
    }
}
