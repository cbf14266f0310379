using System.Globalization;

namespace Shop.Benches.Load.Workloads;

/// <summary>Milliseconds.</summary>
internal sealed record Latencies(int Count, double P50, double P90, double P99, double Longest)
{
    public static Latencies Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToList();
        return new Latencies(sorted.Count, At(0.5), At(0.9), At(0.99), At(1));

        double At(double share) => sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)], 2);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {P50} ms, p90 {P90} ms, p99 {P99} ms, longest {Longest} ms ({Count} orders)");
}
