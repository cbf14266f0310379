using System.Globalization;
using System.Text;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>What one run of W3 or W4 found, as its report says it.</summary>
/// <param name="ClosingLine">What the bench prints last.</param>
/// <param name="Findings">What, and how much.</param>
internal sealed record LoadResult(
    string Workload, string Mode, DateTimeOffset Date, string Commit, MachineFacts Machine, string ServerSettings, int Buyers, int Products, int Seed,
    int WarmupSeconds, int Seconds, string ClosingLine, IReadOnlyDictionary<string, string> Findings, long Violations)
{
    public string Markdown
    {
        get
        {
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"# {Workload.ToUpperInvariant()} {Mode}, {Date:yyyy-MM-dd HH:mm} UTC\n\n**{ClosingLine}**\n");
            text.AppendLine("| what | value |\n|---|---|");
            foreach (var (what, value) in Findings)
                text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {value} |");

            text.AppendLine(CultureInfo.InvariantCulture, $"""
                | load | {Buyers} buyers, closed loop, {Products} products, {WarmupSeconds} s warm-up, {Seconds} s, seed {Seed} |
                | server | {ServerSettings} |
                | machine | {Machine.Cores} cores ({Machine.Processor}), {Machine.MemoryGiB} GiB, {Machine.System}, kernel {Machine.Kernel}, {Machine.Runtime} |
                | commit | {Commit} |
                """);
            return text.ToString();
        }
    }

    public static LoadResult From(
        string workload, W1Settings settings, Func<long, string> closing, Dictionary<string, string> findings, CpuUse cpu, AuditResult audit)
    {
        findings["foreign load"] = string.Create(CultureInfo.InvariantCulture, $"{cpu.ForeignCores:F2} cores");
        findings["invariants"] = audit.Invariants.ToString();
        findings["faults in the driver's books"] = audit.Faults.Count == 0 ? "none" : string.Join("; ", audit.Faults.Take(20));
        return new LoadResult(
            workload, settings.Mode, DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), settings.ServerSettings, settings.Buyers, settings.Products,
            settings.Seed, settings.WarmupSeconds, settings.Seconds, closing(audit.Violations), findings, audit.Violations);
    }

    /// <summary>Milliseconds of processor time that each process of the shop, and all of them, took for each of so many.</summary>
    public static (double Sum, string ByProcess) CpuMs(CpuUse cpu, long count)
    {
        var each = cpu.Seconds.ToDictionary(p => p.Key, p => p.Value * 1000 / Math.Max(1, count));
        var text = string.Join(", ", each.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value:F4}")));
        return (each.Where(p => p.Key != W1Result.Driver).Sum(p => p.Value), text);
    }
}
