using System.Globalization;

namespace Shop.Benches.Load.Peers;

/// <summary>Writes how ours stands beside the others.</summary>
internal static class PeerReport
{
    /// <summary>As the bench's contract has it (design, bench.md).</summary>
    public static string ClosingLine(PeerComparison c) => string.Create(CultureInfo.InvariantCulture,
        $"ahead of {c.AheadOf((ours, theirs) => ours.OrdersPerSecond > theirs.OrdersPerSecond)} of {c.Peers.Count} peers in orders/s, "
        + $"{c.AheadOf((ours, theirs) => ours.CpuMs < theirs.CpuMs)} of {c.Peers.Count} in CPU-ms/order; lost after kill -9: ours {Lost(c, PeerComparison.Ours)}");

    public static string Markdown(PeerComparison c) => string.Create(CultureInfo.InvariantCulture, $"""
        # Peers, {c.Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine(c)}**

        `./bench {c.Words}`. Closed loop, POST → confirmed, 1 line of 1,000 products. Medians of runs that took turns; ahead of a peer is who is ahead with every number of buyers.

        | | buyers | orders/s | CPU-ms/order | application | PostgreSQL | RabbitMQ | p50, ms | p99, ms | lost after kill -9 | violations | foreign load, cores | runs |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', c.Cases.Select(each => string.Create(CultureInfo.InvariantCulture,
            $"| {each.Contender} | {each.Buyers} | {each.OrdersPerSecond:F0} | {each.CpuMs:F2} | {each.ApplicationMs:F2} | {each.PostgresMs:F2} | {each.RabbitMs:F2} | {each.P50Ms:F1} | {each.P99Ms:F1} | {Lost(c, each.Contender)} | {each.Violations} | {each.ForeignCores:F2} | {each.Runs} |")))}

        Around the kill: {string.Join("; ", c.Crashes)}.

        Machine: {c.Machine.Cores} cores ({c.Machine.Processor}), {c.Machine.MemoryGiB} GiB, {c.Machine.System}, kernel {c.Machine.Kernel}, {c.Machine.Runtime}. Commit: {c.Commit}.

        """);

    private static string Lost(PeerComparison c, string contender) => c.LostBy(contender)?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
