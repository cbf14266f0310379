using System.Diagnostics;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;
using Shop.Stock;
using Shop.Values;

namespace Shop.Benches.Micro.HotProduct;

/// <summary>What flash sales of the same size ended with: sums of what was answered, medians of what was measured.</summary>
/// <param name="SoldOutAfter">From the first call until the answer for the last piece, seconds.</param>
/// <param name="AllAnsweredAfter">Until the last refusal.</param>
/// <param name="Oversold">Pieces that were promised beyond those that there were, by the answers or by the counters, whichever says more.</param>
/// <param name="UnfairlyRefused">Refused while pieces were left.</param>
/// <param name="CpuMs">Processor milliseconds a hold, by process; the refusals are in it.</param>
internal sealed record FlashFigure(
    int Sales, int Units, int Buyers, double SoldOutAfter, double AllAnsweredAfter, double HoldsPerSecond, long Held, long Refused, long Oversold, long UnfairlyRefused,
    IReadOnlyDictionary<string, double> CpuMs)
{
    public static FlashFigure Of(IReadOnlyList<FlashFigure> sales) => new(
        sales.Count, sales[0].Units, sales[0].Buyers, Summary.Median(sales.Select(s => s.SoldOutAfter)), Summary.Median(sales.Select(s => s.AllAnsweredAfter)),
        Summary.Median(sales.Select(s => s.HoldsPerSecond)), sales.Sum(s => s.Held), sales.Sum(s => s.Refused), sales.Sum(s => s.Oversold), sales.Sum(s => s.UnfairlyRefused),
        sales.SelectMany(s => s.CpuMs).GroupBy(p => p.Key, p => p.Value).ToDictionary(g => g.Key, g => g.Average()));
}

/// <summary>So many pieces, ten times as many buyers, all at once.</summary>
internal static class FlashSale
{
    public static async Task<FlashFigure> Run(HotShop shop, HotSettings settings, CpuClock clock)
    {
        var sales = new List<FlashFigure>();
        for (var round = 0; round < settings.Rounds; round++)
            sales.Add(await Sell(shop, new ProductId($"flash-{round}"), settings, clock));
        return FlashFigure.Of(sales);
    }

    private static async Task<FlashFigure> Sell(HotShop shop, ProductId product, HotSettings settings, CpuClock clock)
    {
        await shop.Receive(product, settings.Units);
        var stock = shop.StockOf(product);
        var (held, refused, unfair, soldOut) = (0L, 0L, 0L, 0L);
        var before = clock.Read();
        var buyers = Enumerable.Range(0, settings.Units * HotSettings.BuyersPerUnit).Select(_ => Task.Run(Buy)).ToList();
        await Task.WhenAll(buyers);
        var after = clock.Read();

        var counters = await stock.Read();
        var took = Stopwatch.GetElapsedTime(before.At, soldOut).TotalSeconds;
        return new FlashFigure(
            1, settings.Units, buyers.Count, took, Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds, held / took, held, refused,
            Math.Max(0, Math.Max(held, counters.Held) - settings.Units), unfair,
            CpuUse.Between(before, after).Seconds.ToDictionary(p => p.Key, p => p.Value * 1000 / Math.Max(1, held)));

        async Task Buy()
        {
            switch (await HotShop.Buy(stock))
            {
                case ReserveStockResult.Held:
                    if (Interlocked.Increment(ref held) == settings.Units)
                        soldOut = Stopwatch.GetTimestamp();
                    break;
                case ReserveStockResult.Refused answer:
                    Interlocked.Increment(ref refused);
                    if (answer.Available > 0)
                        Interlocked.Increment(ref unfair);
                    break;
                case var other:
                    throw new InvalidOperationException($"A piece was asked for; the answer was {other}.");
            }
        }
    }
}
