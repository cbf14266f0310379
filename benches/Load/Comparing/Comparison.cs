using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Comparing;

/// <summary>The medians of one of those that were compared.</summary>
internal sealed record Medians(string What, double OrdersPerSecond, double CpuMs, int Runs);

/// <summary>Runs that took turns on one machine, so that what else it did fell on all of them alike.</summary>
/// <param name="Workload"><c>ab</c> or <c>w7</c>.</param>
/// <param name="Words">What each was told: the words after <c>./bench</c>.</param>
/// <param name="Medians">In the order in which they took turns; the first is what the others are compared with.</param>
internal sealed record Comparison(
    string Workload, string Words, DateTimeOffset Date, string Commit, MachineFacts Machine, IReadOnlyList<Medians> Medians, IReadOnlyList<ComparedRun> Runs)
{
    public long Violations => Runs.Sum(run => run.Violations);

    /// <summary>Of medians, to the first.</summary>
    public double CpuRatio(Medians other) => Math.Round(other.CpuMs / Medians[0].CpuMs, 2);

    /// <inheritdoc cref="CpuRatio"/>
    public double OrdersRatio(Medians other) => Math.Round(other.OrdersPerSecond / Medians[0].OrdersPerSecond, 2);

    /// <exception cref="ArgumentException">Fewer than two took turns, or the first of them confirmed nothing: there is nothing to compare with.</exception>
    public static Comparison Of(string workload, string words, string commit, IReadOnlyList<ComparedRun> runs)
    {
        List<Medians> medians = [.. runs.GroupBy(run => run.What).Select(each =>
            new Medians(each.Key, Median(each.Select(run => run.OrdersPerSecond)), Median(each.Select(run => run.CpuMs)), each.Count()))];
        if (medians.Count < 2 || medians.Any(each => each.OrdersPerSecond == 0 || each.CpuMs == 0))
            throw new ArgumentException($"Nothing to compare in {runs.Count} runs of {string.Join(", ", medians)}.");
        return new Comparison(workload, words, DateTimeOffset.UtcNow, commit, MachineFacts.Read(), medians, runs);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
