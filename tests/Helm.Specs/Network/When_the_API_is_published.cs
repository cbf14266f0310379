using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Network;

/// <summary>Customers reach what is theirs. What merchants and operators do has a host of its own, and only where somebody asked for it.</summary>
public sealed class When_the_API_is_published
{
    private static readonly string[] Public = ["/openapi", "/v1/orders", "/v1/products", "/v1/stock"];

    // The start page, by these names and no longer ones.
    private static readonly string[] StartPage = ["/", "/start.css", "/start.js", "/favicon.svg"];

    [Theory]
    [InlineData("external, published", "Ingress")]
    [InlineData("operators by an Ingress of their own", "Ingress")]
    [InlineData("scaled by KEDA, behind a Gateway, read by a PodMonitor", "HTTPRoute")]
    public async Task Should_lead_customers_to_public_prefixes_alone(string installation, string kind)
    {
        var published = Assert.Single(await Chart.Manifests(installation), each => each.Kind == kind && !each.Name.Contains("ops", StringComparison.Ordinal));

        var paths = Paths(published).ToList();
        Assert.Contains(("/v1/orders", false), paths);
        Assert.All(paths, path => Assert.Contains(path.Path, path.IsExact ? StartPage : Public));
    }

    [Theory]
    [InlineData("operators by an Ingress of their own", "Ingress")]
    [InlineData("scaled by KEDA, behind a Gateway, read by a PodMonitor", "HTTPRoute")]
    public async Task Should_lead_operators_to_theirs_by_another_host(string installation, string kind)
    {
        var all = (await Chart.Manifests(installation)).Where(each => each.Kind == kind).ToList();
        var operators = all.Where(each => each.Name.Contains("ops", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(operators);
        Assert.Equal(["/dashboard", "/v1/ops"], operators.SelectMany(Paths).Select(path => path.Path).Distinct().Order());
        Assert.Empty(operators.SelectMany(Hosts).Intersect(all.Except(operators).SelectMany(Hosts)));
    }

    [Fact]
    public async Task Should_publish_nothing_unless_it_is_asked_to()
    {
        foreach (var installation in (string[])["demo", "external", "cnpg", "operator"])
        {
            var manifests = await Chart.Manifests(installation);
            Assert.DoesNotContain(manifests, each => each.Kind is "Ingress" or "HTTPRoute");
            Assert.All(manifests.Where(each => each.Kind == "Service"), each => Assert.Equal("ClusterIP", each.Spec!["type"]?.ToString() ?? "ClusterIP"));
        }
    }

    private static IEnumerable<(string Path, bool IsExact)> Paths(Manifest manifest) => All(manifest.Spec).OfType<JsonObject>()
        .Where(each => each["path"] is not null)
        .Select(each => each["path"] is JsonObject match
            ? (match["value"]!.ToString(), match["type"]?.ToString() == "Exact")
            : (each["path"]!.ToString(), each["pathType"]?.ToString() == "Exact"));

    private static IEnumerable<string> Hosts(Manifest manifest) => [.. Manifest.List(manifest.Spec, "hostnames").Select(each => each.ToString()),
        .. Manifest.List(manifest.Spec, "rules").Select(each => each["host"]).OfType<JsonNode>().Select(each => each.ToString())];

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        JsonObject map => map.Select(each => each.Value).SelectMany(All).Prepend(map),
        JsonArray list => list.SelectMany(All),
        _ => [],
    };
}
