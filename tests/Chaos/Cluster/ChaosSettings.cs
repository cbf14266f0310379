using System.Globalization;

namespace Chaos.Cluster;

/// <summary>
/// What the environment asks for. SHOP_CHAOS_SEED: another course than that of the day. SHOP_CHAOS_FAULTS: some of the faults alone, with commas between.
/// SHOP_CHAOS_MINUTES: one seed after the other for so long, each judged by itself, with a report.
/// </summary>
internal static class ChaosSettings
{
    public static int Seed { get; } = Number("SHOP_CHAOS_SEED") ?? DateTime.UtcNow.DayOfYear;

    public static int? Minutes { get; } = Number("SHOP_CHAOS_MINUTES");

    public static bool IsReported => Minutes is not null;

    public static IReadOnlyList<ClusterFault> Faults { get; } = Environment.GetEnvironmentVariable("SHOP_CHAOS_FAULTS") is { Length: > 0 } names
        ? [.. names.Split(',', StringSplitOptions.TrimEntries).Select(name => ClusterFault.All.Single(fault => fault.Name == name))]
        : ClusterFault.All;

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
