using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>What the alerts and the dashboard ask Prometheus for.</summary>
internal static partial class Expressions
{
    public const string Rules = "helm/orleans-shop/files/rules.yaml";
    public const string Dashboard = "helm/orleans-shop/files/dashboard.json";

    private static readonly Dictionary<string, string> Variables = new()
    {
        ["$__rate_interval"] = "1m",
        ["$namespace"] = ".*",
        ["$job"] = "shop-.*",
    };

    public static IReadOnlyList<JsonNode> Alerts { get; } =
        [.. Manifest.List(YamlText.Read(Repository.Read(Rules)), "groups").SelectMany(group => Manifest.List(group, "rules")).Where(rule => rule["alert"] is not null)];

    public static JsonNode DashboardJson { get; } = JsonNode.Parse(Repository.Read(Dashboard))!;

    public static IReadOnlyList<JsonNode> Panels { get; } = [.. Manifest.List(DashboardJson, "panels").Where(panel => panel["type"]!.ToString() != "row")];

    /// <summary>Of the dashboard, with its variables filled in.</summary>
    public static IReadOnlyList<string> OfDashboard { get; } =
        [.. Panels.SelectMany(panel => Manifest.List(panel, "targets")).Select(target => Variables.Aggregate(target["expr"]!.ToString(), (text, each) => text.Replace(each.Key, each.Value, StringComparison.Ordinal)))];

    public static IReadOnlyList<string> OfAlerts { get; } = [.. Alerts.Select(alert => alert["expr"]!.ToString())];

    /// <summary>The series that an expression reads, each as it selects them.</summary>
    public static IEnumerable<string> Selectors(string expression) => Selector().Matches(expression).Select(match => match.Value).Distinct();

    public static string MetricOf(string selector) => selector.Split('{')[0];

    [GeneratedRegex(@"[a-z][a-z0-9_]+\{[^}]*\}")]
    private static partial Regex Selector();
}
