using System.Text.RegularExpressions;
using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>Each alert says what is wrong and where it is written what to do, and is tried by promtool.</summary>
public sealed partial class When_alerts_are_raised
{
    private static readonly string Tests = Repository.Read("tests/Helm.Specs/rules.test.yaml");

    [Fact]
    public async Task Should_fire_as_promtool_tries_it()
    {
        var ended = await KubernetesTool.Run("promtool", "test", "rules", Repository.At("tests", "Helm.Specs", "rules.test.yaml"));

        Assert.True(ended.Code == 0, ended.Output + ended.Complaints);
    }

    [Fact]
    public async Task Should_be_rules_that_Prometheus_takes()
    {
        var ended = await KubernetesTool.Run("promtool", "check", "rules", Repository.At(Expressions.Rules));

        Assert.True(ended.Code == 0, ended.Output + ended.Complaints);
    }

    [Fact]
    public void Should_each_be_tried() =>
        Assert.Equal([], Expressions.Alerts.Select(alert => alert["alert"]!.ToString()).Where(name => !Tests.Contains($"alertname=\"{name}\"", StringComparison.Ordinal)));

    [Fact]
    public void Should_each_say_what_it_is_and_how_bad() => Assert.All(Expressions.Alerts, alert =>
    {
        Assert.StartsWith("Shop", alert["alert"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains(Manifest.Text(alert, "labels", "severity"), (string[])["critical", "warning"]);
        Assert.EndsWith(".", Manifest.Text(alert, "annotations", "summary"), StringComparison.Ordinal);
        Assert.EndsWith(".", Manifest.Text(alert, "annotations", "description"), StringComparison.Ordinal);
    });

    [Fact]
    public void Should_each_lead_to_its_section_of_the_operations_page()
    {
        var anchors = Heading().Matches(Repository.Read("docs/operations.md")).Select(heading => Anchor(heading.Groups["text"].Value)).ToHashSet();

        Assert.All(Expressions.Alerts, alert =>
        {
            var link = Manifest.Text(alert, "annotations", "runbook_url")!.Split('#');
            Assert.Equal("docs/operations.md", link[0]);
            Assert.Contains(link[1], anchors);
        });
    }

    /// <summary>Every fault of the operations page that metrics show has an alert; of the others it is said why not.</summary>
    [Fact]
    public void Should_cover_the_faults_of_the_operations_page()
    {
        string[] notShownByMetrics =
        [
            // Seen from outside as a process that is down, or not ready: those alerts lead to the list of all faults.
            "the-data-directory-is-touched", "the-data-directory-cannot-be-used", "a-process-does-not-start", "a-process-waits-for-its-database-or-its-tables", "whose-database-it-is",
            // Done on purpose.
            "silos-are-replaced-one-by-one", "a-process-is-told-to-stop", "a-release-is-rolled-back", "the-keys-of-messages-are-changed",
        ];
        var linked = Expressions.Alerts.Select(alert => Manifest.Text(alert, "annotations", "runbook_url")!.Split('#')[1]);

        Assert.Equal(
            Heading().Matches(Repository.Read("docs/operations.md")).Select(heading => Anchor(heading.Groups["text"].Value)).Order(),
            linked.Concat(notShownByMetrics).Distinct().Order());
    }

    [Fact]
    public void Should_ask_only_for_metrics_of_the_shop() => Assert.All(
        Expressions.OfAlerts.SelectMany(Expressions.Selectors), selector => Assert.Matches("job=(~\"shop-\\(silo\\|api\\)\"|\"shop-(silo|api)\")", selector));

    [Fact]
    public void Should_never_ask_for_a_metric_of_every_job() => Assert.Empty(
        from expression in Expressions.OfAlerts
        from metric in Metric().Matches(expression).Select(match => match.Value)
        select $"{metric} in {expression}");

    [Theory]
    [InlineData("external, published")]
    [InlineData("scaled by KEDA, behind a Gateway, read by a PodMonitor")]
    public async Task Should_come_with_the_chart_for_its_own_processes_alone(string installation)
    {
        var rule = Assert.Single(await Chart.Manifests(installation), each => each.Kind == "PrometheusRule");
        var alerts = Manifest.List(rule.Spec, "groups").SelectMany(group => Manifest.List(group, "rules")).ToList();

        Assert.Equal(Expressions.Alerts.Count, alerts.Count);
        Assert.All(alerts.SelectMany(alert => Expressions.Selectors(alert["expr"]!.ToString())),
            selector => Assert.Contains($"namespace=\"{Installation.Namespace}\",job=", selector, StringComparison.Ordinal));
        Assert.All(alerts, alert => Assert.DoesNotContain("\"shop-(", alert["expr"]!.ToString(), StringComparison.Ordinal));
        Assert.All(alerts.Select(alert => Manifest.Text(alert, "annotations", "runbook_url")!), url => Assert.Matches("#.", url));

        var file = Path.Combine(Directory.CreateTempSubdirectory("shop-rules-").FullName, "rules.yaml");
        await File.WriteAllTextAsync(file, rule.Spec!.ToJsonString());
        var ended = await KubernetesTool.Run("promtool", "check", "rules", file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        Assert.True(ended.Code == 0, ended.Output + ended.Complaints);
    }

    // As GitHub makes them.
    private static string Anchor(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("^## (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchors();

    // A name of a metric that no selector follows.
    [GeneratedRegex(@"\b(shop|groupcommit|rabbitmq|orleans|dotnet|http_server|db_client)_[a-z0-9_]+(?=\[)")]
    private static partial Regex Metric();
}
