using System.Diagnostics;
using System.Diagnostics.Metrics;
using Shop.Operations;

namespace Shop.Telemetry;

/// <summary>What the last check of the books in this process has found. Nothing is shown before the first one.</summary>
internal static class InvariantGauge
{
    private static volatile LastCheck? last;

    public static void Set(InvariantReport report) => last = new LastCheck(report, Stopwatch.GetTimestamp());

    public static IEnumerable<Measurement<long>> ReadViolations()
    {
        foreach (var check in last?.Report.Checks ?? [])
            yield return new Measurement<long>(check.OffenderCount, new KeyValuePair<string, object?>("check", check.Id));
    }

    public static IEnumerable<Measurement<double>> ReadAge()
    {
        if (last is { } check)
            yield return new Measurement<double>(Stopwatch.GetElapsedTime(check.At).TotalSeconds);
    }

    private sealed record LastCheck(InvariantReport Report, long At);
}
