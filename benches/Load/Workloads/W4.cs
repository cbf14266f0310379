using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>
/// W4 of the benches: while W1's buyers buy, readers read in a closed loop, in turn a product's stock and an order that was just confirmed.
/// </summary>
internal static class W4
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    public static async Task<LoadResult> Run(ShopApi api, W1Settings settings, int readers, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = await ShopSetup.StockPlenty(api, $"w4-{run}", settings.Products, cancel);
        var clock = new CpuClock(new Dictionary<string, int>(settings.Processes) { [W1Result.Driver] = Environment.ProcessId });
        var buyers = Enumerable.Range(0, settings.Buyers).Select(n => new Buyer(n, run, products, api, settings.Seed)).ToList();
        var reads = new ConcurrentQueue<(bool OfOrder, long At, TimeSpan Took)>();
        var faults = new ConcurrentQueue<string>();
        try
        {
            var (start, end) = await ClosedLoop.Measure(
                goOn => [.. buyers.Select(b => b.Run(goOn, cancel)), .. Enumerable.Range(0, readers).Select(number => Read(number, goOn))],
                new Instruments(clock), settings, cancel);

            Console.WriteLine("measured; waiting for the shop to come to rest");
            var audit = await BookAudit.OfWhatWasSold(api, products, W1.SoldBy(buyers), [.. buyers.SelectMany(b => b.Violations), .. faults], cancel);
            return ResultOf(settings, readers, buyers, [.. reads], start.Cpu, end.Cpu, audit);

            async Task Read(int number, Func<bool> goOn)
            {
                var random = new Random((settings.Seed * 104_729) + number);
                for (var n = 0; goOn(); n++)
                {
                    var id = n % 2 == 0 ? buyers[random.Next(buyers.Count)].LastConfirmed : null;
                    var began = Stopwatch.GetTimestamp();
                    try
                    {
                        if (id is null)
                            await api.Stock(products[random.Next(products.Count)].Id, cancel);
                        else if (await api.Read(id, cancel) is not { IsSold: true } order)
                            faults.Enqueue($"order {id} was confirmed, and is read as something else");
                        reads.Enqueue((id is not null, began, Stopwatch.GetElapsedTime(began)));
                    }
                    catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel))
                    {
                        faults.Enqueue(fault.Message);
                        await Task.Delay(PauseAfterError, cancel);
                    }
                }
            }
        }
        finally
        {
            buyers.ForEach(b => b.Dispose());
        }
    }

    private static LoadResult ResultOf(
        W1Settings settings, int readers, List<Buyer> buyers, IReadOnlyList<(bool OfOrder, long At, TimeSpan Took)> reads,
        CpuReading start, CpuReading end, AuditResult audit)
    {
        var cpu = CpuUse.Between(start, end);
        var confirmed = buyers.SelectMany(b => b.Confirmed).Count(c => c.At >= start.At && c.At < end.At);
        var inside = reads.Where(read => read.At >= start.At && read.At < end.At).ToList();
        var all = Latencies.Of(inside.Select(read => read.Took));
        return LoadResult.From(
            "w4", settings,
            violations => string.Create(
                CultureInfo.InvariantCulture,
                $"{inside.Count / cpu.WindowSeconds:F0} reads/s, p50 {all.P50} ms, p99 {all.P99} ms, "
                + $"beside {confirmed / cpu.WindowSeconds:F0} orders/s, {violations} violations"),
            new Dictionary<string, string>
            {
                ["readers"] = readers.ToString(CultureInfo.InvariantCulture),
                ["an order"] = Latencies.Of(inside.Where(read => read.OfOrder).Select(read => read.Took)).ToString(),
                ["a product's stock"] = Latencies.Of(inside.Where(read => !read.OfOrder).Select(read => read.Took)).ToString(),
                ["CPU-ms per order, with its reads"] = LoadResult.CpuMs(cpu, confirmed).ByProcess,
            },
            cpu, audit);
    }
}
