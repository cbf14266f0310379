using System.Collections.Concurrent;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Workloads;

/// <summary>The same POST many times at once: one order, one charge, everybody else gets its first answer.</summary>
internal static class SameRequest
{
    private const string StillRunning = "idempotency-in-flight";
    private const string Mismatch = "idempotency-mismatch";
    private const int Tries = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<Outcome> Run(ShopApi api, int times, int seed, TimeSpan limit, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(seed);
        var product = ShopSetup.Plenty($"same-{run}", 1);
        await ShopSetup.Stock(api, [product], cancel);

        var book = new OrderBook(new Dictionary<string, StockedProduct> { [product.Id] = product });
        var request = new OrderRequest($"{run}-same", "c-same", [new RequestLine(product.Id, 2)], PaymentMethods.Ok);
        var faults = new ConcurrentQueue<string>();
        var (inFlight, replays, firsts) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, times).Select(async _ =>
        {
            var answer = await api.Place(request, waitSeconds: 0, cancel);
            for (var n = 0; n < Tries && answer is { Status: 409, Code: StillRunning }; n++)
            {
                Interlocked.Increment(ref inFlight);
                await Task.Delay(Pause, cancel);
                answer = await api.Place(request, waitSeconds: 0, cancel);
            }
            if (answer is not { Status: 201, Order: { } order })
            {
                faults.Enqueue($"POST answered {answer.Status} {answer.Code}");
                return;
            }
            Interlocked.Increment(ref answer.Replayed ? ref replays : ref firsts);
            book.Acknowledged(request, order);
        }));
        if (firsts != 1)
            faults.Enqueue($"{firsts} answers say they placed the order");

        var other = await api.Place(request with { Lines = [new RequestLine(product.Id, 3)] }, waitSeconds: 0, cancel);
        if (other is not { Status: 422, Code: Mismatch })
            faults.Enqueue($"another body under the same key answered {other.Status} {other.Code}");

        // The audit finds a second charge or a second hold: it compares captured money and held pieces with this one order.
        var audit = await new BookAudit(api, book, limit, untilFinal: false, cancelWaiting: true).Run(cancel);
        return new Outcome(
            string.Create(CultureInfo.InvariantCulture, $"{times} times the same: {book.Count} order, {replays} replays, {inFlight} told to come again"),
            audit.Invariants,
            [.. faults, .. audit.Faults]);
    }
}
