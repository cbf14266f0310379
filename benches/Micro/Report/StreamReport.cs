using System.Globalization;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Streams;
using Shop.Benches.Micro.Streams.EndToEnd;
using Shop.Benches.Micro.Streams.Latency;
using Shop.Benches.Micro.Streams.Publish;
using Shop.Benches.Micro.Streams.Soak;

namespace Shop.Benches.Micro.Report;

/// <summary>Writes a result for people, and as JSON for comparisons.</summary>
internal static class StreamReport
{
    public static string ClosingLine(StreamResult result) => string.Create(CultureInfo.InvariantCulture,
        $"provider/bare publish: {Share(result)}, end to end: {(result.EventsPerSecond is { } events ? $"{events:F0} events/s" : "not measured")}");

    /// <returns>The names of the files, without their folder.</returns>
    public static Task<IReadOnlyList<string>> Write(StreamResult result, string directory, CancellationToken cancel) =>
        ResultFiles.Write("streams", result.Date, result, Markdown(result), directory, cancel);

    public static string Markdown(StreamResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # Streams, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine(r)}** (at {StreamSettings.ComparedInFlight} in flight; one silo, single events, Orleans' bytes; medians)

        | what | value |
        |---|---|
        | foreign load | {r.ForeignCores} of {r.Machine.Cores} cores over {r.Seconds} s |
        | load | {r.Settings} |
        | versions | {string.Join(", ", r.Versions.Select(v => $"{v.Key} {v.Value}"))} |
        | surroundings | {r.Surroundings} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |
        | commit | {r.Commit} |

        {string.Join("\n", new[] { Publish(r.Publish), EndToEnd(r.EndToEnd), Latency(r.Latency), Soak(r.Soak) }.Where(part => part.Length > 0))}
        """);

    private static string Publish(IReadOnlyList<PublishFigure> figures)
    {
        return figures.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"""
            ## Publish

            Nobody reads the queues; they are emptied before each measurement. The bare client sends from one loop over one channel and tracks its
            confirms by hand; the provider is called by as many callers as messages are in flight.

            | in flight | publisher | messages/s (slowest–fastest) | p50 ms | p99 ms | CPU-µs a message | bare client's messages | bare client's processor time |
            |--:|---|--:|--:|--:|---|--:|--:|
            {Lines(figures.Select(f => $"| {f.InFlight} | {f.Publisher} | {f.Figure.PerSecond:N0} ({f.Figure.Slowest:N0}–{f.Figure.Fastest:N0}) | {f.Figure.P50Ms:F3} | {f.Figure.P99Ms:F2} | {Cpu(f.Figure.CpuMs)} | {f.Figure.PerSecond / Bare(f).PerSecond:F2} × | {f.Figure.CpuMs.Values.Sum() / Bare(f).CpuMs.Values.Sum():F2} × |"))}

            """);

        Closed.Summary Bare(PublishFigure of) => figures.First(bare => bare.InFlight == of.InFlight).Figure;
    }

    private static string EndToEnd(IReadOnlyList<EndToEndFigure> figures) => figures.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        ## End to end

        From publisher to grain; {EndToEndBench.UnderWay:N0} events under way, so that no queue grows. Counted is what was confirmed and the grain has seen.
        Memory streams keep nothing and are polled by Orleans every 100 ms.

        | streams | events in one call | body of one event's message | events/s (slowest–fastest) | CPU-µs an event |
        |---|--:|--:|--:|---|
        {Lines(figures.Select(f => $"| {f.Streams} | {f.BatchSize} | {(f.MessageBytes is { } bytes ? $"{bytes} B" : "–")} | {f.EventsPerSecond:N0} ({f.Figure.Slowest * f.BatchSize:N0}–{f.Figure.Fastest * f.BatchSize:N0}) | {Cpu(f.Figure.CpuMs, f.BatchSize)} |"))}

        """);

    private static string Latency(IReadOnlyList<LatencyFigure> figures) => figures.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        ## Latency

        Open loop: from the moment an event was due until its grain had it, so that lateness of the bench counts too.

        | streams | events/s | events | p50 ms | p99 ms | longest ms | bench late, p99 ms | CPU-µs an event |
        |---|--:|--:|--:|--:|--:|--:|---|
        {Lines(figures.Select(f => $"| {f.Streams} | {f.PerSecond} | {f.Events:N0} | {f.P50Ms:F2} | {f.P99Ms:F2} | {f.MaxMs:F1} | {f.LateP99Ms:F2} | {Cpu(f.CpuMs)} |"))}

        """);

    private static string Soak(SoakFigure? f) => f is null ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        ## Soak: {(f.Faults.Count == 0 ? "passed" : "FAILED")}

        {Lines(f.Faults.Select(fault => $"- **{fault}**"))}

        | what | value |
        |---|---|
        | load | {f.PerSecond:N0} events/s for {f.Minutes} min, CloudEvents, half of the {f.CapacityPerSecond:N0}/s that it could just before; {f.Skipped:N0} left out, because too many waited |
        | published (confirmed) | {f.Published:N0}; {f.Unsure} publishes failed |
        | delivered | {f.Arrived:N0} different ones, {f.Duplicates:N0} of them again |
        | dead letters | {f.DeadLetters}, of {f.Poison} events that always fail |
        | all connections cut | {f.Cuts} times |
        | connections, channels | {f.AtStart.Connections}, {f.AtStart.Channels} at the start; {f.AtEnd.Connections}, {f.AtEnd.Channels} at the end |
        | heap, last third against first | {f.HeapGrowth * 100:+0.0;-0.0} % in quiet moments |
        | CPU-µs an event | {Cpu(f.CpuMs)} |

        | s | working set MiB | heap MiB | publishes under way | connections | channels | messages in queues | published | delivered |
        |--:|--:|--:|--:|--:|--:|--:|--:|--:|
        {Lines(f.Samples.Select(s => $"| {s.Seconds} | {s.WorkingSetMiB:N0} | {s.HeapMiB:F1} | {s.UnderWay} | {s.Totals.Connections} | {s.Totals.Channels} | {s.Totals.Messages} | {s.Published:N0} | {s.Arrived:N0} |"))}

        """);

    private static string Share(StreamResult result) =>
        result.Share(StreamSettings.ComparedInFlight) is { } share ? share.ToString("F2", CultureInfo.InvariantCulture) : "not measured";

    // What did nothing is left out.
    private static string Cpu(IReadOnlyDictionary<string, double> milliseconds, int units = 1) => string.Join(", ", milliseconds.Where(p => p.Value > 0.0005)
        .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value * 1000 / units:F1}")));

    private static string Lines(IEnumerable<string> lines) => string.Join("\n", lines);
}
