using System.Diagnostics;
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
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Random random = new(seed * 7919 + number);

    public async Task Shop(Func<bool> goOn, CancellationToken cancel)
    {
        for (var n = 0; goOn(); n++)
        {
            var request = orders.Next(random, number, n);
            await UntilAnswered(async () =>
            {
                var answer = await api.Place(request, waitSeconds: 0, cancel);
                if (answer.Order is { } order)
                    book.Acknowledged(request, order);
                else if (answer.Status < 500 && answer.Code != "idempotency-in-flight")
                    throw new InvalidOperationException($"POST {request.Key} answered {answer.Status} {answer.Code}");
                return answer.Order is not null;
            }, cancel);
            if (random.Next(100) < cancelPercent)
                await UntilAnswered(async () =>
                {
                    await book.Cancel(api, book.OrderOf(request), cancel);
                    return true;
                }, cancel);
        }
    }

    private static async Task UntilAnswered(Func<Task<bool>> request, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(Pause);
        while (true)
        {
            try
            {
                if (await request())
                    return;
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                // The shop is down or just died: nobody knows what it did, so the same request goes out again.
            }
            await pause.WaitForNextTickAsync(cancel);
        }
    }
}
