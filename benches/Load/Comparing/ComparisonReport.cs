using System.Globalization;

namespace Shop.Benches.Load.Comparing;

/// <summary>Writes a comparison for people.</summary>
internal static class ComparisonReport
{
    /// <summary>As the bench's contract has it (design, bench.md).</summary>
    public static string ClosingLine(Comparison c)
    {
        var last = c.Medians[^1];
        return c.Workload switch
        {
            "ab" => string.Create(
                CultureInfo.InvariantCulture, $"ratio to {c.Medians[0].What}: CPU-ms/order {last.CpuRatio:F2}, orders/s {last.OrdersRatio:F2}"),
            "w7" => string.Create(
                CultureInfo.InvariantCulture, $"three silos / one silo at the same buyers a silo: {last.CpuRatio:F2} CPU-ms/order"),
            _ => throw new ArgumentException($"There is no comparison '{c.Workload}': ab, w7."),
        };
    }

    public static string Markdown(Comparison c) => string.Create(CultureInfo.InvariantCulture, $"""
        # {c.Workload}: {c.Words}, {c.Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine(c)}**; {c.Violations} violations. Medians of runs that took turns.

        | | orders/s | CPU-ms/order | orders/s, ratio | CPU-ms/order, ratio | runs |
        |---|---|---|---|---|---|
        {string.Join('\n', c.Medians.Select(each => string.Create(CultureInfo.InvariantCulture,
            $"| {each.What} | {each.OrdersPerSecond:F0} | {each.CpuMs:F2} | {each.OrdersRatio:F2} | {each.CpuRatio:F2} | {each.Runs} |")))}

        Every run, in order:

        | | orders/s | CPU-ms/order | violations | foreign load, cores | server |
        |---|---|---|---|---|---|
        {string.Join('\n', c.Runs.Select(run => string.Create(CultureInfo.InvariantCulture,
            $"| {run.What} | {run.OrdersPerSecond:F0} | {run.CpuMs:F2} | {run.Violations} | {run.ForeignCores} | {run.Server} |")))}

        Machine: {c.Machine.Cores} cores ({c.Machine.Processor}), {c.Machine.MemoryGiB} GiB, {c.Machine.System}, kernel {c.Machine.Kernel}, {c.Machine.Runtime}. Commit: {c.Commit}.

        """);
}
