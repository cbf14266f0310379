using System.Globalization;
using Shop.Benches.Load.Comparing;
using Shop.Benches.Load.Peers;
using Shop.Benches.Load.Workloads;

namespace Shop.Benches.Load.Plots;

/// <summary>What of each report is plotted: the figures that somebody opens it for.</summary>
internal static class ReportPanels
{
    private const string Cost = "CPU-ms per order";
    private const string Rate = "orders/s";
    private const int TablesShown = 5;

    public static IReadOnlyList<Panel> Of(W1Result r) =>
    [
        new BarPanel(Cost, [new Bar("", "an order", OfShop(r.CpuMsByProcess))]),
        new CoursePanel("orders confirmed in each second", r.OrdersEachSecond),
    ];

    public static IReadOnlyList<Panel> Of(W5Result r)
    {
        var longest = Math.Max(r.Posted.Longest, r.Confirmed.Longest);
        return
        [
            Percentiles("POST → acknowledged, ms", r.Posted, longest),
            Percentiles("POST → confirmed, ms", r.Confirmed, longest),
            Percentiles("the driver's part of both, ms", r.DriverLate, longest),
        ];
    }

    public static IReadOnlyList<Panel> Of(W6Result r) =>
    [
        Sizes(r, Cost, p => OfShop(p.CpuMsByProcess)),
        Sizes(r, "memory, MiB", p => p.MemoryMiB),
        // A shop on a file has no tables to tell apart.
        .. r.Points[^1].TableMiB is { Count: > 0 } last ? [Sizes(r, "tables, MiB", p => Largest(p.TableMiB, last))] : Array.Empty<Panel>(),
    ];

    /// <summary>Every run, those of one kind together.</summary>
    public static IReadOnlyList<Panel> Of(Comparison c) =>
    [
        new BarPanel(Rate, [.. Runs(c, run => Whole(run.OrdersPerSecond))]),
        new BarPanel(Cost, [.. Runs(c, run => run.CpuMsByProcess is { } parts ? OfShop(parts) : Whole(run.CpuMs))]),
    ];

    public static IReadOnlyList<Panel> Of(PeerComparison c) =>
    [
        new BarPanel(Rate, [.. c.Cases.Select(each => new Bar(Buyers(each), Name(each), each.OrdersPerSecond))]),
        new BarPanel(Cost, [.. c.Cases.Select(each => new Bar(Buyers(each), Name(each), new Dictionary<string, double>
        {
            ["application"] = each.ApplicationMs, ["postgres"] = each.PostgresMs, ["rabbitmq"] = each.RabbitMs,
        }))]),
    ];

    private static BarPanel Percentiles(string title, Latencies l, double reach) => new(
        title, [new Bar("", "p50", l.P50), new Bar("", "p90", l.P90), new Bar("", "p99", l.P99), new Bar("", "longest", l.Longest)], reach);

    private static BarPanel Sizes(W6Result r, string title, Func<W6Point, IReadOnlyDictionary<string, double>> parts) =>
        new(title, [.. r.Points.Select(p => new Bar("", Invariant($"{p.Orders:N0} orders"), parts(p)))]);

    private static IEnumerable<Bar> Runs(Comparison c, Func<ComparedRun, IReadOnlyDictionary<string, double>> parts) => c.Runs
        .GroupBy(run => run.What)
        .SelectMany(each => each.Select((run, n) => new Bar(each.Key, Invariant($"{each.Key}, round {n + 1}"), parts(run))));

    private static Dictionary<string, double> Whole(double value) => new() { [""] = value };

    // The driver is no part of what an order costs, in the figures as here.
    private static Dictionary<string, double> OfShop(IReadOnlyDictionary<string, double> byProcess) =>
        byProcess.Where(p => p.Key != W1Result.Driver).ToDictionary();

    // The same tables in every row, and what the others have together.
    private static Dictionary<string, double> Largest(
        IReadOnlyDictionary<string, double> tables, IReadOnlyDictionary<string, double> atTheEnd)
    {
        var shown = atTheEnd.OrderByDescending(t => t.Value).Take(TablesShown).Select(t => t.Key).ToList();
        var parts = shown.ToDictionary(name => name, name => tables.GetValueOrDefault(name));
        if (tables.Count > shown.Count)
            parts["others"] = tables.Where(t => !shown.Contains(t.Key)).Sum(t => t.Value);
        return parts;
    }

    private static string Buyers(PeerCase each) => Invariant($"{each.Buyers} buyers");

    private static string Name(PeerCase each) => Invariant($"{each.Contender}, {each.Buyers} buyers");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
