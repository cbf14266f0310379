namespace Shop.Benches.Micro.Streams.Soak;

/// <summary>How things stood at one moment.</summary>
/// <param name="Seconds">Since the load began.</param>
/// <param name="WorkingSetMiB">Of the bench with its silo.</param>
/// <param name="HeapMiB">After a collection, without the ledger.</param>
/// <param name="UnderWay">Publishes that wait for their confirm; they are in the heap, too.</param>
/// <param name="Totals">Of the broker.</param>
/// <param name="Published">Confirmed so far.</param>
/// <param name="Arrived">Different events delivered so far.</param>
internal sealed record SoakSample(int Seconds, double WorkingSetMiB, double HeapMiB, int UnderWay, BrokerTotals Totals, int Published, int Arrived);

/// <summary>What a longer time under load, with cuts and failing events, has shown.</summary>
/// <param name="CapacityPerSecond">End to end, measured just before, through the same proxy.</param>
/// <param name="PerSecond">The load.</param>
/// <param name="Unsure">Publishes that failed.</param>
/// <param name="Skipped">Events that were left out, because too many publishes were under way: others use the machine, or it cannot do better.</param>
/// <param name="HeapGrowth">From the first third of the time to the last; null: there were too few quiet moments.</param>
/// <param name="Faults">What it must not show; empty: passed.</param>
internal sealed record SoakFigure(
    int Minutes, double CapacityPerSecond, double PerSecond, int Published, int Arrived, int Duplicates, int Unsure, int Poison, int DeadLetters, int Cuts, long Skipped,
    double? HeapGrowth, BrokerTotals AtStart, BrokerTotals AtEnd, IReadOnlyDictionary<string, double> CpuMs, IReadOnlyList<SoakSample> Samples, IReadOnlyList<string> Faults)
{
    public const double GrowthLimit = 0.10;

    /// <summary>
    /// The heap in the last third of the time against the first one, both without the warm-up, and without the moments in which events had piled
    /// up before the broker: it is what stays that counts.
    /// </summary>
    /// <param name="samples">All of them.</param>
    /// <param name="quiet">How many events may be under way in a quiet moment.</param>
    public static double? GrowthOf(IReadOnlyList<SoakSample> samples, double quiet)
    {
        var warm = samples.Skip(Math.Max(1, samples.Count / 10)).ToList();
        var third = Math.Max(1, warm.Count / 3);
        return Heap(warm.TakeLast(third)) / Heap(warm.Take(third)) - 1;

        double? Heap(IEnumerable<SoakSample> part)
        {
            var heaps = part.Where(sample => sample.UnderWay <= quiet).Select(sample => sample.HeapMiB).ToList();
            return heaps.Count == 0 ? null : Closed.Summary.Median(heaps);
        }
    }
}
