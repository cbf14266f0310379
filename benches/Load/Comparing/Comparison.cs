using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Comparing;

/// <summary>The medians of one of those that were compared.</summary>
/// <param name="OrdersRatio">Of the rounds' ratios to what had the first turn.</param>
/// <param name="CpuRatio">The same for processor time.</param>
internal sealed record Medians(string What, double OrdersPerSecond, double CpuMs, double OrdersRatio, double CpuRatio, int Runs);

/// <summary>Runs that took turns on one machine, so that what else it did fell on all of them alike.</summary>
/// <param name="Workload"><c>ab</c> or <c>w7</c>.</param>
/// <param name="Words">What each was told: the words after <c>./bench</c>.</param>
/// <param name="Medians">In the order in which they took turns; the first is what all are compared with.</param>
internal sealed record Comparison(
    string Workload, string Words, DateTimeOffset Date, string Commit, MachineFacts Machine,
    IReadOnlyList<Medians> Medians, IReadOnlyList<ComparedRun> Runs)
{
    public long Violations => Runs.Sum(run => run.Violations);

    /// <exception cref="ArgumentException">Fewer than two took turns, not all as often, or one run confirmed nothing.</exception>
    public static Comparison Of(string workload, string words, string commit, IReadOnlyList<ComparedRun> runs)
    {
        List<List<ComparedRun>> turns = [.. runs.GroupBy(run => run.What).Select(each => each.ToList())];
        var isEven = turns.Count >= 2 && turns.All(each => each.Count == turns[0].Count);
        if (!isEven || runs.Any(run => run.OrdersPerSecond == 0 || run.CpuMs == 0))
            throw new ArgumentException($"Nothing to compare in these {runs.Count} runs: {string.Join("; ", runs)}.");
        return new Comparison(workload, words, DateTimeOffset.UtcNow, commit, MachineFacts.Read(), [.. turns.Select(each => new Medians(
            each[0].What,
            Median(each.Select(run => run.OrdersPerSecond)),
            Median(each.Select(run => run.CpuMs)),
            Median(each.Zip(turns[0], (run, first) => run.OrdersPerSecond / first.OrdersPerSecond)),
            Median(each.Zip(turns[0], (run, first) => run.CpuMs / first.CpuMs)),
            each.Count))], runs);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
