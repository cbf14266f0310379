using System.Globalization;
using System.Text;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Budget;
using Shop.Benches.Micro.Closed;
using Shop.Benches.Micro.Maps;

namespace Shop.Benches.Micro.Report;

/// <summary>Writes a result for people, and as JSON for comparisons.</summary>
internal static class StorageReport
{
    public static string ClosingLine(StorageResult result) =>
        $"GroupCommit/AdoNet at 64 writers: {Times(result.TimesAdoNet(64))}, at 1 writer: {Times(result.TimesAdoNet(1))}";

    /// <returns>The names of the files, without their folder.</returns>
    public static Task<IReadOnlyList<string>> Write(StorageResult result, string directory, CancellationToken cancel) =>
        ResultFiles.Write("storage", result.Date, result, Markdown(result), directory, cancel);

    public static string Markdown(StorageResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # Storage, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine(r)}** ({StorageSettings.SmallState} B, no event, both through IGrainStorage, medians);
        AdoNet/GroupCommit in processor time a write, all processes: at 64 writers {Times(r.TimesLessProcessor(64))}, at 1 writer {Times(r.TimesLessProcessor(1))}

        | what | value |
        |---|---|
        | foreign load | {r.ForeignCores} of {r.Machine.Cores} cores over {r.Seconds} s |
        | load | {r.Settings} |
        | versions | {string.Join(", ", r.Versions.Select(v => $"{v.Key} {v.Value}"))} |
        | surroundings | {r.Surroundings} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |
        | commit | {r.Commit} |

        {string.Join("\n", [.. r.Writers.GroupBy(f => f.StateBytes).Select(Writers), Maps(r.Maps), Budget(r.Budget)])}
        """);

    private static string Writers(IGrouping<int, WriterFigure> figures) => string.Create(CultureInfo.InvariantCulture, $"""
        ## States of {figures.Key} B

        | writers | store | through | event | writes/s (slowest–fastest) | p50 ms | p99 ms | CPU-µs a write |
        |--:|---|---|---|--:|--:|--:|---|
        {Lines(figures.Select(f => $"| {f.Writers} | {f.Store} | {f.Through} | {(f.Event ? "with" : "without")} | {Rate(f.Figure)} | {f.Figure.P50Ms:F3} | {f.Figure.P99Ms:F2} | {Cpu(f.Figure, 1000)} |"))}

        """);

    private static string Maps(IReadOnlyList<MapFigure> figures) => figures.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        ## One change by a grain with many map entries

        One caller, so that every call is a commit of its own.

        | store | entries | commits/s (slowest–fastest) | p50 ms | p99 ms | CPU-µs a commit |
        |---|--:|--:|--:|--:|---|
        {Lines(figures.Select(f => $"| {f.Store} | {f.Entries:N0} | {Rate(f.Figure)} | {f.Figure.P50Ms:F3} | {f.Figure.P99Ms:F2} | {Cpu(f.Figure, 1000)} |"))}

        {string.Join("\n", figures.GroupBy(f => f.Store).Select(Ratio))}

        """);

    private static string Budget(IReadOnlyList<BudgetFigure> figures) => figures.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        ## A synthetic order

        9 commits over 4 rows (order twice, saga three times, payment twice, stock twice with a map entry set and removed), 3 reads, 6 events written
        and removed, 1 schedule armed and disarmed; each step waits for the one before. Closed loop, {BudgetBench.InFlight} orders in flight.

        | store | orders/s (slowest–fastest) | p50 ms | p99 ms | CPU-ms an order | together |
        |---|--:|--:|--:|---|--:|
        {Lines(figures.Select(f => $"| {f.Store} | {Rate(f.Figure)} | {f.Figure.P50Ms:F1} | {f.Figure.P99Ms:F1} | {Cpu(f.Figure, 1)} | {f.Figure.CpuMs.Values.Sum():F3} |"))}

        """);

    private static string Ratio(IGrouping<string, MapFigure> figures)
    {
        var (few, many) = (figures.MinBy(f => f.Entries)!, figures.MaxBy(f => f.Entries)!);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{figures.Key}: a commit with {many.Entries:N0} entries takes {many.Figure.P50Ms / few.Figure.P50Ms:F2} times as long ");
        text.Append(CultureInfo.InvariantCulture, $"as with {few.Entries:N0}, and {many.Figure.CpuMs.Values.Sum() / few.Figure.CpuMs.Values.Sum():F2} times the processor.");
        return text.ToString();
    }

    private static string Rate(Summary figure) => string.Create(CultureInfo.InvariantCulture, $"{figure.PerSecond:N0} ({figure.Slowest:N0}–{figure.Fastest:N0})");

    // What did nothing is left out.
    private static string Cpu(Summary figure, int unitsOfMs) => string.Join(", ", figure.CpuMs.Where(p => p.Value > 0.0005).Select(p =>
        string.Create(CultureInfo.InvariantCulture, $"{p.Key} {(unitsOfMs == 1 ? p.Value.ToString("F3", CultureInfo.InvariantCulture) : (p.Value * unitsOfMs).ToString("F1", CultureInfo.InvariantCulture))}")));

    private static string Lines(IEnumerable<string> lines) => string.Join("\n", lines);

    private static string Times(double? times) => times is { } t ? t.ToString("F1", CultureInfo.InvariantCulture) : "not measured";
}
