using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Workloads;

namespace Chaos;

/// <summary>
/// A client as it should be: it repeats a request under the same key until the shop has answered it, however often the shop dies
/// meanwhile, and remembers every answer.
/// </summary>
internal sealed class Shopper(int number, int seed, ShopApi api, OrderBook book, MixedOrders orders, int cancelPercent)
{
    private readonly Random random = new(seed * 7919 + number);

    public async Task Shop(Func<bool> goOn, CancellationToken cancel)
    {
        for (var n = 0; goOn(); n++)
        {
            var request = orders.Next(random, number, n);
            var placed = await Requests.Place(api, book, request, cancel);
            if (random.Next(100) < cancelPercent)
                await Requests.UntilAnswered(() => book.Cancel(api, placed, cancel), cancel);
        }
    }
}
