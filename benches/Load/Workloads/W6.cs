using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>
/// W6 of the benches: W1 without an end. Whenever the shop holds so many orders, what an order costs is measured, and what the processes
/// and tables have grown to.
/// </summary>
internal static class W6
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <param name="api">Of the shop, which is new.</param>
    /// <param name="settings">W1's; its seconds are those of each measurement.</param>
    /// <param name="sizes">How many orders there are when it is measured, ascending.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<W6Result> Run(ShopApi api, W1Settings settings, IReadOnlyList<int> sizes, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = await ShopSetup.StockPlenty(api, $"w6-{run}", settings.Products, cancel);
        var clock = new CpuClock(new Dictionary<string, int>(settings.Processes) { [W1Result.Driver] = Environment.ProcessId });
        var buyers = Enumerable.Range(0, settings.Buyers).Select(n => new Buyer(n, run, products, api, settings.Seed)).ToList();
        try
        {
            var windows = await Shop(buyers, clock, settings, sizes, cancel);
            Console.WriteLine("measured; waiting for the shop to come to rest");
            var audit = await BookAudit.OfWhatWasSold(api, products, W1.SoldBy(buyers), buyers.SelectMany(b => b.Violations), cancel);
            return W6Result.From(settings, [.. windows.Select(window => window.PointOf(buyers))], audit);
        }
        finally
        {
            buyers.ForEach(b => b.Dispose());
        }
    }

    private static async Task<List<W6Window>> Shop(
        List<Buyer> buyers, CpuClock clock, W1Settings settings, IReadOnlyList<int> sizes, CancellationToken cancel)
    {
        var open = true;
        var shopping = buyers.Select(b => b.Run(() => Volatile.Read(ref open), cancel)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(settings.WarmupSeconds), cancel);
        List<W6Window> windows = [];
        foreach (var size in sizes)
        {
            // A buyer that has given up would leave the others short of the number for ever.
            while (buyers.Sum(b => b.Confirmed.Count) < size && !shopping.Exists(buyer => buyer.IsCompleted))
                await Task.Delay(BetweenLooks, cancel);

            var start = clock.Read();
            await Task.Delay(TimeSpan.FromSeconds(settings.Seconds), cancel);
            var end = clock.Read();
            var memory = settings.Processes.ToDictionary(p => p.Key, p => Math.Round(CpuClock.Memory(p.Value)));
            var tables = settings.Postgres is { } postgres ? await new DatabaseCounters(postgres).ReadSizes(cancel) : new Dictionary<string, double>();
            windows.Add(new W6Window(size, start, end, memory, tables));
            Console.WriteLine($"measured with {size} orders");
        }

        Volatile.Write(ref open, false);
        await Task.WhenAll(shopping);
        return windows;
    }
}

/// <param name="MemoryMiB">Resident, at its end.</param>
/// <param name="TableMiB">With indexes, at its end.</param>
internal sealed record W6Window(
    int Orders, CpuReading Start, CpuReading End, IReadOnlyDictionary<string, double> MemoryMiB, IReadOnlyDictionary<string, double> TableMiB)
{
    public W6Point PointOf(IReadOnlyList<Buyer> buyers)
    {
        var latencies = Latencies.Of(buyers.SelectMany(b => b.Confirmed).Where(c => c.At >= Start.At && c.At < End.At).Select(c => c.Latency));
        var cpu = CpuUse.Between(Start, End);
        var perOrder = cpu.Seconds.ToDictionary(p => p.Key, p => Math.Round(p.Value * 1000 / Math.Max(1, latencies.Count), 4));
        return new W6Point(
            Orders, Math.Round(latencies.Count / cpu.WindowSeconds, 1), Math.Round(perOrder.Where(p => p.Key != W1Result.Driver).Sum(p => p.Value), 4),
            perOrder, latencies, MemoryMiB, TableMiB, Math.Round(cpu.ForeignCores, 2));
    }
}
