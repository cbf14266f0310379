using System.Diagnostics;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Micro.Closed;

/// <summary>What one round found.</summary>
/// <param name="Calls">That ended inside the window.</param>
/// <param name="P50Ms">Median of their latencies.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
internal sealed record Round(long Calls, double P50Ms, double P99Ms, CpuUse Cpu)
{
    public double PerSecond => Calls / Cpu.WindowSeconds;

    public static Round From(CpuReading start, CpuReading end, IEnumerable<Ended> calls)
    {
        var took = calls.Where(call => call.At >= start.At && call.At < end.At).Select(call => call.Took).Order().ToList();
        return new Round(took.Count, Percentile(took, 0.50), Percentile(took, 0.99), CpuUse.Between(start, end));
    }

    private static double Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? 0 : Stopwatch.GetElapsedTime(0, sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)]).TotalMilliseconds;
}
