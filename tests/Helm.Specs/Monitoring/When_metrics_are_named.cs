using System.Text.RegularExpressions;
using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>What alerts and dashboard show is explained: in docs/metrics.md, the operations page, or the page of the library that it is of.</summary>
public sealed partial class When_metrics_are_named
{
    private static readonly string[] Pages = ["docs/metrics.md", "docs/operations.md", "src/Orleans.Persistence.GroupCommit/README.md", "src/Orleans.Streams.RabbitMQ/README.md"];

    private static readonly HashSet<string> Explained = [.. Pages.SelectMany(page => Code().Matches(Repository.Read(page))).Select(match => match.Groups["name"].Value.Replace('.', '_'))];

    [Fact]
    public void Should_be_explained() => Assert.Equal([], Expressions.OfAlerts.Concat(Expressions.OfDashboard)
        .SelectMany(Expressions.Selectors).Select(Expressions.MetricOf).Distinct()
        // Prometheus' own.
        .Where(metric => metric != "up" && !IsExplained(metric)));

    // Prometheus adds the unit and the kind to the name of the instrument.
    private static bool IsExplained(string metric) => Explained.Contains(metric) || Explained.Contains(Series().Replace(metric, "")) || Explained.Contains(Unit().Replace(Series().Replace(metric, ""), ""));

    [GeneratedRegex("`(?<name>[a-z]+[._][a-z_.]+)")]
    private static partial Regex Code();

    [GeneratedRegex("_(bucket|sum|count|total)$")]
    private static partial Regex Series();

    [GeneratedRegex("_(seconds|bytes|milliseconds)$")]
    private static partial Regex Unit();
}
