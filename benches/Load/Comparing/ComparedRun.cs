using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Shop.Benches.Load.Comparing;

/// <summary>What one run of W1 found.</summary>
/// <param name="What">What ran: a commit, or a number of silos.</param>
/// <param name="Server">Its settings.</param>
/// <param name="ForeignCores">Cores that others kept busy meanwhile; null: its report does not say.</param>
/// <param name="CpuMsByProcess">The driver included; null: its report does not say.</param>
internal sealed partial record ComparedRun(
    string What, double OrdersPerSecond, double CpuMs, long Violations, string? Server, double? ForeignCores,
    IReadOnlyDictionary<string, double>? CpuMsByProcess)
{
    /// <param name="line">
    /// With tabs between: what ran, the last line of <c>./bench w1</c>, and the path of its report, if it has one.
    /// </param>
    /// <exception cref="ArgumentException">It says something else.</exception>
    public static ComparedRun Parse(string line)
    {
        var match = Line().Match(line);
        if (!match.Success)
            throw new ArgumentException($"No result of w1: '{line}'.");
        var report = match.Groups["report"] is { Length: > 0, Value: var path }
            ? JsonDocument.Parse(File.ReadAllBytes(path)).RootElement
            : default;
        return new ComparedRun(
            match.Groups["what"].Value, Number(match, "orders"), Number(match, "cpu"), (long)Number(match, "violations"),
            Find(report, "serverSettings")?.GetString(), Find(report, "foreignCores")?.GetDouble(),
            Find(report, "cpuMsByProcess")?.Deserialize<Dictionary<string, double>>());
    }

    private static JsonElement? Find(JsonElement report, string name) =>
        report.ValueKind == JsonValueKind.Object && report.TryGetProperty(name, out var value) ? value : null;

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<what>[^\t]+)\tconfirmed (?<orders>\d+(\.\d+)?) orders/s, (?<cpu>\d+(\.\d+)?) CPU-ms/order, "
        + @"(?<violations>\d+) violations(\t(?<report>.*))?$")]
    private static partial Regex Line();
}
