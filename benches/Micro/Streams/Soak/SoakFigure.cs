namespace Shop.Benches.Micro.Streams.Soak;

/// <summary>How things stood at one moment.</summary>
/// <param name="Seconds">Since the load began.</param>
/// <param name="WorkingSetMiB">Of the bench with its silo.</param>
/// <param name="HeapMiB">After a collection, without the ledger.</param>
/// <param name="Totals">Of the broker.</param>
/// <param name="Published">Confirmed so far.</param>
/// <param name="Arrived">Different events delivered so far.</param>
internal sealed record SoakSample(int Seconds, double WorkingSetMiB, double HeapMiB, BrokerTotals Totals, int Published, int Arrived);

/// <summary>What a longer time under load, with cuts and failing events, has shown.</summary>
/// <param name="CapacityPerSecond">End to end, measured just before, through the same proxy.</param>
/// <param name="PerSecond">The load.</param>
/// <param name="Unsure">Publishes that failed.</param>
/// <param name="Held">Moments at which the load waited, because too many publishes were under way.</param>
/// <param name="Faults">What it must not show; empty: passed.</param>
internal sealed record SoakFigure(
    int Minutes, double CapacityPerSecond, double PerSecond, int Published, int Arrived, int Duplicates, int Unsure, int Poison, int DeadLetters, int Cuts, int Held,
    double HeapGrowth, BrokerTotals AtStart, BrokerTotals AtEnd, IReadOnlyDictionary<string, double> CpuMs, IReadOnlyList<SoakSample> Samples, IReadOnlyList<string> Faults)
{
    public const double GrowthLimit = 0.10;

    /// <summary>The heap in the last third of the time against the first one, both without the warm-up.</summary>
    public static double GrowthOf(IReadOnlyList<SoakSample> samples)
    {
        var warm = samples.Skip(Math.Max(1, samples.Count / 10)).Select(sample => sample.HeapMiB).ToList();
        var third = Math.Max(1, warm.Count / 3);
        return Closed.Summary.Median(warm.TakeLast(third)) / Closed.Summary.Median(warm.Take(third)) - 1;
    }
}
