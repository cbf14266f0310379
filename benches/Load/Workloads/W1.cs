using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>
/// W1 of the benches: closed loop, each buyer has one order under way, only orders known to be confirmed inside the measuring window
/// count, and processor time is taken over that same window.
/// </summary>
internal static class W1
{
    public static async Task<W1Result> Run(ShopApi api, W1Settings settings, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = await ShopSetup.StockPlenty(api, $"w1-{run}", settings.Products, cancel);

        var clock = new CpuClock(new Dictionary<string, int>(settings.Processes) { [W1Result.Driver] = Environment.ProcessId });
        var counters = new Counters(settings.Metrics, settings.Postgres is { } postgres ? new DatabaseCounters(postgres) : null);
        var buyers = Enumerable.Range(0, settings.Buyers).Select(n => new Buyer(n, run, products, api, settings.Seed)).ToList();
        try
        {
            var (start, end) = await ClosedLoop.Measure(
                goOn => buyers.Select(b => b.Run(goOn, cancel)), new Instruments(clock, counters), settings, cancel);
            Console.WriteLine("measured; waiting for the shop to come to rest");
            var memory = settings.Processes.ToDictionary(p => p.Key, p => CpuClock.PeakMemory(p.Value));
            var audit = await BookAudit.OfWhatWasSold(api, products, SoldBy(buyers), buyers.SelectMany(b => b.Violations), cancel);
            return W1Result.From(settings, buyers, start, end, memory, audit);
        }
        finally
        {
            buyers.ForEach(b => b.Dispose());
        }
    }

    /// <summary>Pieces by product.</summary>
    public static Dictionary<string, long> SoldBy(List<Buyer> buyers) => buyers
        .SelectMany(b => b.Sold)
        .GroupBy(p => p.Key, p => p.Value)
        .ToDictionary(g => g.Key, g => g.Sum());
}
