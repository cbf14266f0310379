using System.Globalization;
using System.Text;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>What an order costs in a shop that holds so many.</summary>
/// <param name="ShopCpuMs">Over all processes of the shop.</param>
/// <param name="CpuMsByProcess">The driver included.</param>
/// <param name="MemoryMiB">Resident, by process.</param>
/// <param name="TableMiB">With indexes; empty for a shop on a file.</param>
/// <param name="ForeignCores">Cores that others kept busy meanwhile.</param>
internal sealed record W6Point(
    int Orders, double OrdersPerSecond, double ShopCpuMs, IReadOnlyDictionary<string, double> CpuMsByProcess, Latencies Latencies,
    IReadOnlyDictionary<string, double> MemoryMiB, IReadOnlyDictionary<string, double> TableMiB, double ForeignCores);

/// <summary>What one run of W6 found.</summary>
internal sealed record W6Result(
    string Workload, string Mode, DateTimeOffset Date, string Commit, MachineFacts Machine, string ServerSettings, int Buyers, int Products,
    int Seed, int Seconds, IReadOnlyList<W6Point> Points, IReadOnlyList<CheckAnswer> Invariants, IReadOnlyList<string> Faults, long Violations)
{
    private W6Point First => Points[0];

    private W6Point Last => Points[^1];

    public string ClosingLine => string.Create(
        CultureInfo.InvariantCulture,
        $"with {Last.Orders} orders / with {First.Orders}: {Last.ShopCpuMs / First.ShopCpuMs:F2} CPU-ms/order, {Last.MemoryMiB.Values.Sum() / First.MemoryMiB.Values.Sum():F2} memory, {Violations} violations");

    public string Markdown
    {
        get
        {
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"# W6 {Mode}, {Date:yyyy-MM-dd HH:mm} UTC\n\n**{ClosingLine}**\n");
            text.AppendLine("| orders | orders/s | CPU-ms/order | by process | POST → confirmed | memory, MiB | tables, MiB | foreign load, cores |");
            text.AppendLine("|--:|--:|--:|---|---|---|---|--:|");
            foreach (var p in Points)
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {p.Orders} | {p.OrdersPerSecond} | {p.ShopCpuMs} | {Pairs(p.CpuMsByProcess)} | {p.Latencies} | {Pairs(p.MemoryMiB)} | {Pairs(p.TableMiB)} | {p.ForeignCores} |");
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"""

                Invariants: {string.Join(", ", Invariants)}. Faults in the driver's books: {(Faults.Count == 0 ? "none" : string.Join("; ", Faults.Take(20)))}.
                Load: {Buyers} buyers, closed loop, 1 line of {Products} products, tok_ok, each measured for {Seconds} s, seed {Seed}. Server: {ServerSettings}.
                Machine: {Machine.Cores} cores ({Machine.Processor}), {Machine.MemoryGiB} GiB, {Machine.System}, kernel {Machine.Kernel}, {Machine.Runtime}. Commit: {Commit}.
                """);
            return text.ToString();
        }
    }

    public static W6Result From(W1Settings settings, IReadOnlyList<W6Point> points, AuditResult audit) => new(
        "w6", settings.Mode, DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), settings.ServerSettings, settings.Buyers, settings.Products,
        settings.Seed, settings.Seconds, points, audit.Invariants.Checks, audit.Faults, audit.Violations);

    private static string Pairs(IReadOnlyDictionary<string, double> values) =>
        string.Join(", ", values.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")));
}
