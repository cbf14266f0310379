using Shop.Benches.Load.Comparing;
using Shop.Benches.Load.Machine;
using Shop.Benches.Load.Peers;
using Shop.Benches.Load.Plots;
using Shop.Benches.Load.Workloads;

namespace Load.Specs.Plots;

/// <summary>A report of each kind that is plotted, with figures as they have been taken.</summary>
internal static class SampleReports
{
    public static readonly DateTimeOffset Date = new(2026, 11, 30, 20, 33, 42, TimeSpan.Zero);

    private static readonly MachineFacts Machine = new(2, "AMD EPYC", 23.5, "6.18", "Debian GNU/Linux 12", ".NET 10");

    private static readonly Dictionary<string, double> Processes = new()
    {
        ["api"] = 0.25, ["silo-1"] = 1.22, ["postgres"] = 0.6, ["rabbitmq"] = 0.26, ["driver"] = 0.12,
    };

    public static W1Result W1 { get; } = new(
        "w1", "cluster", Date, "228aa1d", Machine, "cluster of 1", 128, 1000, 1, 10, 5.02, 3600, 717, [640, 700, 760, 720, 780],
        2.33, Processes,
        new Dictionary<string, double> { ["grain calls"] = 7.5 }, 0.02, 160, 400, 900, 0, new Dictionary<string, int>(),
        new Dictionary<string, double> { ["api"] = 233 }, [], 1, [], 0);

    public static W5Result W5 { get; } = new(
        "w5", "cluster", Date, "228aa1d", Machine, "cluster of 1", 182, 20, 5, 1000, 1, new Latencies(1854, 20.24, 34.36, 55.48, 78.64),
        new Latencies(1855, 117.17, 188.45, 241.51, 273.73), new Latencies(3709, 1.8, 3.93, 6.92, 25.91), 0.04,
        new Dictionary<string, int>(), [], 0);

    public static W6Result W6 { get; } = new(
        "w6", "cluster", Date, "228aa1d", Machine, "cluster of 1", 128, 1000, 1, 20,
        [Point(10_000, 1), Point(100_000, 1.1), Point(1_000_000, 1.4)], [], [], 0);

    public static Comparison Ab { get; } = Comparison.Of("ab", "w1 --mode cluster", "228aa1d",
    [
        Run("3c25ff3", 435, 1.8), Run("checked out", 684, 1.1), Run("3c25ff3", 450, 1.7), Run("checked out", 660, 1.2),
    ]);

    public static Comparison W7 { get; } = Comparison.Of("w7", "128 buyers a silo", "228aa1d",
    [
        Run("1 silo", 435, 1), Run("2 silos", 300, 1.6, "silo-2"), Run("3 silos", 200, 2.2, "silo-2", "silo-3"),
    ]);

    public static PeerComparison Peers { get; } = new("peers", Date, "228aa1d", Machine,
    [
        .. new[] { 32, 128, 256 }.SelectMany(buyers =>
            new[] { "ours", "Nest", "Wolverine", "OrleansAdoNet" }.Select((name, n) => new PeerCase(
                name, buyers, 1, 700 - (n * 150), 2.3 + n, 1.4 + (0.7 * n), 0.6 + (0.2 * n), 0.3 + (0.1 * n), 50, 100, 0.02, 0))),
    ], []);

    public static ComparedRun Run(string what, double rate, double share, params string[] moreProcesses) => new(
        what, rate, 2.33 * share, 0, "cluster", 0.02,
        Processes.Concat(moreProcesses.Select(name => KeyValuePair.Create(name, 1.1))).ToDictionary(p => p.Key, p => p.Value * share));

    public static IReadOnlyList<Panel> PanelsOf(string report) => report switch
    {
        "w1" => ReportPanels.Of(W1),
        "w5" => ReportPanels.Of(W5),
        "w6" => ReportPanels.Of(W6),
        "w7" => ReportPanels.Of(W7),
        "ab" => ReportPanels.Of(Ab),
        "peers" => ReportPanels.Of(Peers),
        _ => throw new ArgumentException($"There is no sample of {report}."),
    };

    private static W6Point Point(int orders, double share) => new(
        orders, 700 / share, 2.33 * share, Processes.ToDictionary(p => p.Key, p => p.Value * share),
        new Latencies(7000, 160, 250, 400, 900),
        new Dictionary<string, double> { ["api"] = 230, ["silo-1"] = 340 * share, ["postgres"] = 40, ["rabbitmq"] = 310 },
        Enumerable.Range(1, 7).ToDictionary(n => $"groupcommit_{n}", n => orders / 500.0 / n), 0.02);
}
