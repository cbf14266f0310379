using System.Text.Json;
using Shop.Benches.Load.Machine;
using Shop.Benches.Load.Workloads;

namespace Shop.Benches.Load.Peers;

/// <summary>The medians of one contender's runs with so many buyers.</summary>
/// <param name="CpuMs">An order, over all processes: the three that follow.</param>
internal sealed record PeerCase(
    string Contender, int Buyers, int Runs, double OrdersPerSecond, double CpuMs, double ApplicationMs, double PostgresMs, double RabbitMs,
    double P50Ms, double P99Ms, double ForeignCores, long Violations)
{
    private static readonly string[] Servers = ["postgres", "rabbitmq"];

    public static PeerCase Of(IReadOnlyList<W1Result> runs) => new(
        runs[0].Mode, runs[0].Buyers, runs.Count,
        Median(runs, run => run.OrdersPerSecond),
        Median(runs, run => run.ShopCpuMs),
        Median(runs, run => run.CpuMsByProcess.Where(p => p.Key != W1Result.Driver && !Servers.Contains(p.Key)).Sum(p => p.Value)),
        Median(runs, run => run.CpuMsByProcess.GetValueOrDefault("postgres")),
        Median(runs, run => run.CpuMsByProcess.GetValueOrDefault("rabbitmq")),
        Median(runs, run => run.LatencyP50Ms),
        Median(runs, run => run.LatencyP99Ms),
        Median(runs, run => run.ForeignCores),
        runs.Sum(run => run.Violations));

    private static double Median(IEnumerable<W1Result> runs, Func<W1Result, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

/// <summary>Ours and those of others, which had their turns on one machine.</summary>
internal sealed record PeerComparison(
    string Words, DateTimeOffset Date, string Commit, MachineFacts Machine, IReadOnlyList<PeerCase> Cases, IReadOnlyList<CrashResult> Crashes)
{
    public const string Ours = "ours";

    public IReadOnlyList<string> Peers => [.. Cases.Select(c => c.Contender).Where(name => name != Ours).Distinct()];

    public long Violations => Cases.Sum(c => c.Violations) + Crashes.Where(crash => crash.Contender == Ours).Sum(crash => crash.Violations);

    /// <summary>Null: nobody killed it.</summary>
    public int? LostBy(string contender) =>
        Crashes.Where(crash => crash.Contender == contender).Select(crash => (int?)crash.Lost).DefaultIfEmpty(null).Aggregate((sum, lost) => sum + lost);

    /// <summary>Peers that ours is ahead of with every number of buyers.</summary>
    /// <param name="isAhead">Ours, then theirs.</param>
    public int AheadOf(Func<PeerCase, PeerCase, bool> isAhead) => Peers.Count(peer => Cases
        .Where(theirs => theirs.Contender == peer)
        .All(theirs => Cases.Any(ours => ours.Contender == Ours && ours.Buyers == theirs.Buyers && isAhead(ours, theirs))));

    public static async Task<PeerComparison> Read(string folder, string words, string commit, CancellationToken cancel)
    {
        var runs = await ReadAll<W1Result>(folder, "w1-*.json", cancel);
        var crashes = await ReadAll<CrashResult>(folder, "crash-*.json", cancel);
        return new PeerComparison(
            words, DateTimeOffset.UtcNow, commit, MachineFacts.Read(),
            [.. runs.GroupBy(run => (run.Mode, run.Buyers)).Select(each => PeerCase.Of([.. each]))
                .OrderBy(c => c.Buyers).ThenByDescending(c => c.Contender == Ours).ThenByDescending(c => c.OrdersPerSecond)],
            crashes);
    }

    private static async Task<IReadOnlyList<T>> ReadAll<T>(string folder, string pattern, CancellationToken cancel)
    {
        var all = new List<T>();
        foreach (var file in Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
        {
            await using var json = File.OpenRead(file);
            all.Add((await JsonSerializer.DeserializeAsync<T>(json, JsonSerializerOptions.Web, cancel))!);
        }
        return all;
    }
}
