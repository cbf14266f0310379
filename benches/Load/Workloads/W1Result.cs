using System.Diagnostics;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>What one run of W1 found: what is written to the result file.</summary>
/// <param name="OrdersEachSecond">Confirmed in each whole second of the window.</param>
/// <param name="ShopCpuMs">
/// Milliseconds of processor time per confirmed order, over all processes of the shop; the driver's own is not in it.
/// </param>
/// <param name="CpuMsByProcess">The same, process by process, driver included.</param>
/// <param name="PerOrder">What else one confirmed order cost, by <see cref="Counters"/>; the tail of what went before is in it, that of the last orders is not.</param>
/// <param name="ForeignCores">Cores that others kept busy meanwhile.</param>
internal sealed record W1Result(
    string Workload,
    string Mode,
    DateTimeOffset Date,
    string Commit,
    MachineFacts Machine,
    string ServerSettings,
    int Buyers,
    int Products,
    int Seed,
    int WarmupSeconds,
    double WindowSeconds,
    long Confirmed,
    double OrdersPerSecond,
    IReadOnlyList<int> OrdersEachSecond,
    double ShopCpuMs,
    IReadOnlyDictionary<string, double> CpuMsByProcess,
    IReadOnlyDictionary<string, double> PerOrder,
    double ForeignCores,
    double LatencyP50Ms,
    double LatencyP99Ms,
    double LatencyMaxMs,
    long ReadLater,
    IReadOnlyDictionary<string, int> Errors,
    IReadOnlyDictionary<string, double> PeakMemoryMiB,
    IReadOnlyList<CheckAnswer> Invariants,
    int InvariantLooks,
    IReadOnlyList<string> Faults,
    long Violations)
{
    public const string Driver = "driver";

    public static W1Result From(
        W1Settings settings, List<Buyer> buyers, Reading start, Reading end, Dictionary<string, double> memory, AuditResult audit)
    {
        var confirmed = buyers.SelectMany(b => b.Confirmed).Where(c => c.At >= start.Cpu.At && c.At < end.Cpu.At).ToList();
        var latencies = Latencies.Of(confirmed.Select(c => c.Latency));
        var cpu = CpuUse.Between(start.Cpu, end.Cpu);
        // Nothing confirmed: no figure an order, rather than a division by zero in the report.
        var perOrder = cpu.Seconds.ToDictionary(p => p.Key, p => latencies.Count == 0 ? 0 : Math.Round(p.Value * 1000 / latencies.Count, 4));
        var counted = end.Counts.ToDictionary(p => p.Key, p => Math.Round((p.Value - start.Counts.GetValueOrDefault(p.Key)) / Math.Max(1, latencies.Count), 3));
        return new W1Result(
            "w1", settings.Mode, DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), settings.ServerSettings,
            settings.Buyers, settings.Products, settings.Seed, settings.WarmupSeconds, Math.Round(cpu.WindowSeconds, 2),
            latencies.Count, Math.Round(latencies.Count / cpu.WindowSeconds, 1),
            EachSecond(confirmed.Select(c => Stopwatch.GetElapsedTime(start.Cpu.At, c.At)), (int)cpu.WindowSeconds),
            Math.Round(perOrder.Where(p => p.Key != Driver).Sum(p => p.Value), 4), perOrder,
            counted.Where(p => p.Value != 0 || !p.Key.StartsWith(DatabaseCounters.Rows, StringComparison.Ordinal)).ToDictionary(), Math.Round(cpu.ForeignCores, 2),
            latencies.P50, latencies.P99, latencies.Longest,
            buyers.Sum(b => b.ReadLater), ErrorsOf(buyers), memory.ToDictionary(p => p.Key, p => Math.Round(p.Value)),
            audit.Invariants.Checks, audit.Looks, audit.Faults, audit.Violations);
    }

    private static int[] EachSecond(IEnumerable<TimeSpan> times, int seconds)
    {
        var counts = new int[seconds];
        foreach (var time in times.Where(time => time < TimeSpan.FromSeconds(seconds)))
            counts[(int)time.TotalSeconds]++;
        return counts;
    }

    private static Dictionary<string, int> ErrorsOf(List<Buyer> buyers) => buyers
        .SelectMany(b => b.Errors)
        .GroupBy(p => p.Key, p => p.Value)
        .ToDictionary(g => g.Key, g => g.Sum());
}
