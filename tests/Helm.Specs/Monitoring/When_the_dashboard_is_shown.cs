using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>There is no Grafana here. What it needs of a dashboard is looked at, and every expression is tried on a shop at work.</summary>
public sealed class When_the_dashboard_is_shown
{
    [Fact]
    public void Should_say_of_each_panel_what_it_shows_and_in_which_unit() => Assert.All(Expressions.Panels, panel =>
    {
        Assert.EndsWith(".", panel["description"]!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(Manifest.Text(panel, "fieldConfig", "defaults", "unit"));
        Assert.Equal("${datasource}", Manifest.Text(panel, "datasource", "uid"));
        Assert.NotEmpty(Manifest.List(panel, "targets"));
    });

    [Fact]
    public void Should_lay_panels_beside_and_not_upon_each_other()
    {
        var taken = Manifest.List(Expressions.DashboardJson, "panels").SelectMany(panel => Cells(panel["gridPos"]!)).ToList();

        Assert.Equal(taken.Distinct().Count(), taken.Count);
        Assert.Equal(Expressions.DashboardJson["panels"]!.AsArray().Count, Manifest.List(Expressions.DashboardJson, "panels").Select(panel => panel["id"]!.ToString()).Distinct().Count());
    }

    [Fact]
    public void Should_ask_for_the_source_the_namespace_and_the_job() => Assert.Equal(
        ["datasource", "namespace", "job"], Manifest.List(Expressions.DashboardJson, "templating", "list").Select(variable => variable["name"]!.ToString()));

    [Fact]
    public async Task Should_come_with_the_chart_as_it_is()
    {
        var map = Assert.Single(await Chart.Manifests("external, published"), each => each.Kind == "ConfigMap" && each.Name.Contains("dashboard", StringComparison.Ordinal));

        Assert.Equal("1", map.Labels["grafana_dashboard"]);
        Assert.True(JsonNode.DeepEquals(Expressions.DashboardJson, JsonNode.Parse(Assert.Single(Manifest.Map(map.Document["data"])).Value)));
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonNode position) =>
        from x in Enumerable.Range((int)position["x"]!, (int)position["w"]!)
        from y in Enumerable.Range((int)position["y"]!, (int)position["h"]!)
        select (x, y);
}
