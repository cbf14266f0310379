using System.Globalization;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.HotProduct;

namespace Shop.Benches.Micro.Report;

/// <summary>What one run of W2 found: what is written to the result file.</summary>
internal sealed record HotResult(
    string Workload,
    string Mode,
    DateTimeOffset Date,
    string Commit,
    MachineFacts Machine,
    string Surroundings,
    double ForeignCores,
    int Buyers,
    int Seconds,
    int Rounds,
    IReadOnlyList<OpenFigure> Open,
    FlashFigure Flash)
{
    public double HoldsPerSecond => Open.First(f => f.OpenHolds == 0).Figure.PerSecond;

    /// <summary>With many open holds against none.</summary>
    public double Share => Open.First(f => f.OpenHolds > 0).Figure.PerSecond / HoldsPerSecond;
}

/// <summary>Writes a result for people, and as JSON for comparisons.</summary>
internal static class HotReport
{
    public static string ClosingLine(HotResult r) => string.Create(CultureInfo.InvariantCulture, $"{r.HoldsPerSecond:F0} holds/s, oversold {r.Flash.Oversold}");

    /// <returns>The names of the files, without their folder.</returns>
    public static Task<IReadOnlyList<string>> Write(HotResult result, string directory, CancellationToken cancel) =>
        ResultFiles.Write($"w2-{result.Mode}", result.Date, result, Markdown(result), directory, cancel);

    public static string Markdown(HotResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # W2 {r.Mode}, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine(r)}**; with {HotSettings.Open:N0} open holds {r.Share:F2} of it

        | what | value |
        |---|---|
        | load | {r.Buyers} buyers, one hold of one piece under way each, {r.Seconds} s a figure in {r.Rounds} rounds, medians |
        | foreign load | {r.ForeignCores} of {r.Machine.Cores} cores |
        | surroundings | {r.Surroundings} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |
        | commit | {r.Commit} |

        ## Holds of one product

        Durable, each with its event; events go on to whoever listens while holds are counted, and what is left of them afterwards.

        | open holds at the start | holds/s (slowest–fastest) | p50 ms | p99 ms | CPU-µs a hold |
        |--:|--:|--:|--:|---|
        {string.Join("\n", r.Open.Select(f => $"| {f.OpenHolds:N0} | {f.Figure.PerSecond:N0} ({f.Figure.Slowest:N0}–{f.Figure.Fastest:N0}) | {f.Figure.P50Ms:F1} | {f.Figure.P99Ms:F1} | {Cpu(f.Figure.CpuMs)} |"))}

        ## Flash sale

        | what | value |
        |---|---|
        | pieces, buyers at once, sales | {r.Flash.Units:N0}, {r.Flash.Buyers:N0}, {r.Flash.Sales} |
        | sold out after (medians) | {r.Flash.SoldOutAfter:F3} s: {r.Flash.HoldsPerSecond:N0} holds/s |
        | all answered after | {r.Flash.AllAnsweredAfter:F3} s: {r.Flash.Buyers / r.Flash.AllAnsweredAfter:N0} answers/s |
        | held, refused | {r.Flash.Held:N0}, {r.Flash.Refused:N0} |
        | oversold | {r.Flash.Oversold} |
        | refused while pieces were left | {r.Flash.UnfairlyRefused} |
        | CPU-µs a hold, refusals included | {Cpu(r.Flash.CpuMs)} |

        """);

    private static string Cpu(IReadOnlyDictionary<string, double> milliseconds) => string.Join(", ", milliseconds.Where(p => p.Value > 0.0005)
        .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value * 1000:F1}")));
}
