using System.Collections.Concurrent;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Workloads;

internal sealed record OversellSettings(int Stock, int Clients, int Seed, TimeSpan Limit);

/// <summary>One product, ten times as many buyers as pieces: every piece is sold, once.</summary>
internal static class Oversell
{
    private const int DemandFactor = 10;

    public static async Task<Outcome> Run(ShopApi api, OversellSettings settings, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var product = new StockedProduct($"oversell-{run}", Price: 990, Received: settings.Stock, Scarce: true);
        await ShopSetup.Stock(api, [product], cancel);

        var book = new OrderBook(new Dictionary<string, StockedProduct> { [product.Id] = product });
        var faults = new ConcurrentQueue<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Clients, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, settings.Stock * DemandFactor), options, async (n, stop) =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{run}-{n}");
            var request = new OrderRequest(key, $"c-{n}", [new RequestLine(product.Id, 1)], PaymentMethods.Ok);
            var answer = await api.Place(request, waitSeconds: 0, stop);
            if (answer.Order is { } order)
                book.Acknowledged(request, order);
            // Refused before it was stored is an honest answer too.
            else if (answer.Code != "insufficient-stock")
                faults.Enqueue($"POST {key} answered {answer.Status} {answer.Code}");
        });

        var audit = await new BookAudit(api, book, settings.Limit, untilFinal: false, cancelWaiting: true).Run(cancel);
        var sold = audit.Statuses.Where(s => OrderStatuses.Sold.Contains(s.Key)).Sum(s => s.Value);
        var oversold = Math.Max(0, sold - settings.Stock);
        // No order of this run gives its piece back, so none may be left over either.
        if (sold != settings.Stock)
            faults.Enqueue($"{sold} sold of {settings.Stock}");
        return new Outcome(
            string.Create(CultureInfo.InvariantCulture, $"{book.Count} orders for {settings.Stock} pieces: {sold} sold, oversold {oversold}"),
            audit.Invariants,
            [.. faults, .. audit.Faults]);
    }
}
