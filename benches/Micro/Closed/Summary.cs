namespace Shop.Benches.Micro.Closed;

/// <summary>Several rounds of the same: the median, and how far they lie apart.</summary>
/// <param name="Slowest">Calls a second in the slowest round.</param>
/// <param name="Fastest">In the fastest.</param>
/// <param name="P50Ms">The median of the rounds' medians.</param>
/// <param name="P99Ms">The median of the rounds' 99th percentiles.</param>
/// <param name="CpuMs">Processor milliseconds a call, by process: over all rounds, because the unit of /proc is 10 ms.</param>
/// <param name="ForeignCores">Cores that others kept busy meanwhile, on average.</param>
internal sealed record Summary(
    int Rounds,
    double PerSecond,
    double Slowest,
    double Fastest,
    double P50Ms,
    double P99Ms,
    IReadOnlyDictionary<string, double> CpuMs,
    double ForeignCores)
{
    public static Summary Of(IReadOnlyCollection<Round> rounds)
    {
        var calls = Math.Max(1, rounds.Sum(r => r.Calls));
        var cpu = rounds.SelectMany(r => r.Cpu.Seconds).GroupBy(p => p.Key, p => p.Value).ToDictionary(g => g.Key, g => g.Sum() * 1000 / calls);
        return new Summary(
            rounds.Count, Median(rounds.Select(r => r.PerSecond)), rounds.Min(r => r.PerSecond), rounds.Max(r => r.PerSecond),
            Median(rounds.Select(r => r.P50Ms)), Median(rounds.Select(r => r.P99Ms)), cpu, rounds.Average(r => r.Cpu.ForeignCores));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
