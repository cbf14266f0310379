using System.Globalization;
using Shop.Benches.Load.Plots;

namespace Shop.Benches.Load.Workloads;

/// <summary>Writes a W1 result for people, and as JSON for comparisons.</summary>
internal static class W1Report
{
    public static string ClosingLine(W1Result r) => string.Create(CultureInfo.InvariantCulture,
        $"confirmed {r.OrdersPerSecond:F0} orders/s, {r.ShopCpuMs:F2} CPU-ms/order, {r.Violations} violations");

    /// <returns>The names of the files, without their folder.</returns>
    public static Task<IReadOnlyList<string>> Write(W1Result result, string directory, CancellationToken cancel) =>
        IllustratedResult.Write($"w1-{result.Mode}", result.Date, result, Markdown(result), ReportPanels.Of(result), directory, cancel);

    public static string Markdown(W1Result r) => string.Create(CultureInfo.InvariantCulture, $"""
        # W1 {r.Mode}, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine(r)}**

        | what | value |
        |---|---|
        | confirmed in {r.WindowSeconds} s | {r.Confirmed} |
        | POST → confirmed | p50 {r.LatencyP50Ms} ms, p99 {r.LatencyP99Ms} ms, longest {r.LatencyMaxMs} ms |
        | CPU-ms per order | {Pairs(r.CpuMsByProcess)} |
        | an order costs | {Pairs(r.PerOrder)} |
        | most memory, MiB | {Pairs(r.PeakMemoryMiB)} |
        | foreign load | {r.ForeignCores} of {r.Machine.Cores} cores |
        | answers before the outcome | {r.ReadLater} |
        | errors | {(r.Errors.Count == 0 ? "none" : Pairs(r.Errors))} |
        | invariants | {string.Join(", ", r.Invariants)} (look {r.InvariantLooks}) |
        | faults in the driver's books | {(r.Faults.Count == 0 ? "none" : string.Join("; ", r.Faults.Take(20)))} |
        | load | {r.Buyers} buyers, closed loop, 1 line of {r.Products} products, tok_ok, {r.WarmupSeconds} s warm-up, seed {r.Seed} |
        | server | {r.ServerSettings} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |
        | commit | {r.Commit} |

        """);

    private static string Pairs<T>(IReadOnlyDictionary<string, T> values) =>
        string.Join(", ", values.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")));
}
