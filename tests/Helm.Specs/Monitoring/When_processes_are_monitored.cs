using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>The Prometheus operator finds every process, and gives it the name by which the alerts look for it.</summary>
public sealed class When_processes_are_monitored
{
    private const string Services = "external, published";
    private const string PodsThemselves = "scaled by KEDA, behind a Gateway, read by a PodMonitor";

    [Theory]
    [InlineData("silo")]
    [InlineData("api")]
    public async Task Should_find_a_Service_and_its_port(string component)
    {
        var manifests = await Chart.Manifests(Services);
        var monitor = Assert.Single(manifests, each => each.Kind == "ServiceMonitor" && each.Name == $"{Installation.FullName}-{component}");
        var endpoint = Assert.Single(Manifest.List(monitor.Spec, "endpoints"));

        var service = Assert.Single(manifests, each => each.Kind == "Service" && Selector.Matches(monitor.Spec!["selector"], each.Labels));
        var pods = Assert.Single(await Chart.PodsOf(Services), pods => pods.Match(new JsonObject { ["matchLabels"] = service.Spec!["selector"]!.DeepClone() }));
        Assert.Equal(component, pods.Component);
        Assert.Contains(Manifest.List(service.Spec, "ports"), port => port["name"]!.ToString() == endpoint["port"]!.ToString() && port["port"]!.ToString() == "8081");
        Assert.Equal("/metrics", endpoint["path"]!.ToString());
        Assert.Equal($"{Installation.FullName}-{component}", Job(endpoint)["replacement"]!.ToString());
    }

    [Fact]
    public async Task Should_find_pods_and_their_port()
    {
        var monitor = Assert.Single(await Chart.Manifests(PodsThemselves), each => each.Kind == "PodMonitor");
        var endpoint = Assert.Single(Manifest.List(monitor.Spec, "podMetricsEndpoints"));

        var found = (await Chart.PodsOf(PodsThemselves)).Where(pods => pods.Match(monitor.Spec!["selector"])).ToList();
        Assert.Equal(["api", "silo"], found.Select(pods => pods.Component).Order());
        Assert.All(found, pods => Assert.Contains(pods.Containers.SelectMany(container => Manifest.List(container, "ports")),
            port => port["name"]!.ToString() == endpoint["port"]!.ToString() && port["containerPort"]!.ToString() == "8081"));
        Assert.Equal("__meta_kubernetes_pod_label_app_kubernetes_io_component", Assert.Single(Manifest.List(Job(endpoint), "sourceLabels")).ToString());
        Assert.Equal($"{Installation.FullName}-$1", Job(endpoint)["replacement"]!.ToString());
    }

    private static JsonNode Job(JsonNode endpoint) => Assert.Single(Manifest.List(endpoint, "relabelings"), each => each["targetLabel"]?.ToString() == "job");
}
