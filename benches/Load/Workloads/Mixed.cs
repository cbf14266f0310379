using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Workloads;

internal sealed record MixedSettings(int Orders, int Clients, int Products, int DeclinedPercent, int Seed, bool LetExpire, TimeSpan Limit);

/// <summary>Many clients place orders, some with refused cards; at the end every order has ended and all books agree.</summary>
internal static class Mixed
{
    public static async Task<Outcome> Run(ShopApi api, MixedSettings settings, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = Enumerable.Range(0, settings.Products)
            .Select(n => ShopSetup.Plenty(string.Create(CultureInfo.InvariantCulture, $"mixed-{run}-{n}"), n)).ToList();
        await ShopSetup.Stock(api, products, cancel);

        var book = new OrderBook(products.ToDictionary(p => p.Id));
        var orders = new MixedOrders(run, products, settings.DeclinedPercent);
        var refused = new ConcurrentQueue<string>();
        var left = settings.Orders;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, settings.Clients).Select(async client =>
        {
            var random = new Random(settings.Seed * 7919 + client);
            for (var n = 0; Interlocked.Decrement(ref left) >= 0; n++)
            {
                var request = orders.Next(random, client, n);
                var answer = await api.Place(request, waitSeconds: 0, cancel);
                if (answer is { Status: 201, Order: { } order, Replayed: false })
                    book.Acknowledged(request, order);
                else
                    refused.Enqueue($"POST {request.Key} answered {answer.Status} {answer.Code}{(answer.Replayed ? " as a replay" : "")}");
            }
        }));
        Console.WriteLine($"{book.Count} orders acknowledged in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s; waiting for their ends");

        var audit = await new BookAudit(api, book, settings.Limit, untilFinal: false, cancelWaiting: !settings.LetExpire).Run(cancel);
        return new Outcome(
            string.Create(CultureInfo.InvariantCulture, $"{book.Count} of {settings.Orders} orders: {string.Join(", ", audit.Statuses.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}"))}"),
            audit.Invariants,
            [.. refused, .. audit.Faults]);
    }
}
