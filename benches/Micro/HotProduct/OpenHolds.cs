using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;
using Shop.Stock;
using Shop.Values;

namespace Shop.Benches.Micro.HotProduct;

/// <param name="OpenHolds">When the counting began.</param>
internal sealed record OpenFigure(int OpenHolds, Summary Figure);

/// <summary>Buyers that each have one hold under way, on a product with no open holds, and on one with many.</summary>
internal static class OpenHolds
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(0.5);
    private const int Plenty = 1_000_000_000;

    /// <summary>The two in turn in each round: what the machine does meanwhile falls on both. A product a round, because holds stay open.</summary>
    public static async Task<IReadOnlyList<OpenFigure>> Run(HotShop shop, HotSettings settings, CpuClock clock, CancellationToken cancel)
    {
        int[] counts = [0, HotSettings.Open];
        var rounds = counts.ToDictionary(open => open, _ => new List<Round>());
        for (var round = 0; round <= settings.Rounds; round++)
        {
            foreach (var open in counts)
            {
                var product = new ProductId($"hot-{round}-{open}");
                await shop.Receive(product, Plenty);
                var stock = shop.StockOf(product);
                await Task.WhenAll(Enumerable.Range(0, open).Select(_ => Hold(stock)));
                var seen = await ClosedLoop.Run(settings.Buyers, (_, _) => Hold(stock), Warmup, TimeSpan.FromSeconds(settings.Seconds), clock, cancel);
                // The first round warms up what has to be compiled.
                if (round > 0)
                    rounds[open].Add(seen);
            }
        }

        return [.. rounds.Select(pair => new OpenFigure(pair.Key, Summary.Of(pair.Value)))];
    }

    private static async Task Hold(IStockGrain stock)
    {
        if (await HotShop.Buy(stock) is not ReserveStockResult.Held)
            throw new InvalidOperationException("A piece of a product with plenty was not held.");
    }
}
