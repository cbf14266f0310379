using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Workloads;

/// <summary>What looks for pods by their labels finds those that it means, and no others.</summary>
public sealed class When_things_select_pods
{
    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_find_their_own(string installation) => Assert.All(
        (await Chart.PodsOf(installation)).Where(pods => pods.Of.Kind is "Deployment" or "StatefulSet"), pods => Assert.True(pods.Match(pods.Of.Spec!["selector"]), $"{pods}"));

    [Theory, MemberData(nameof(All))]
    public async Task Should_find_nobody_elses(string installation)
    {
        var all = await Chart.PodsOf(installation);
        Assert.All(all.Where(pods => pods.Of.Kind is "Deployment" or "StatefulSet"), pods => Assert.Equal([pods], all.Where(other => other.Match(pods.Of.Spec!["selector"]))));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_lead_from_each_Service_to_one_kind_of_pod_at_a_port_that_it_has(string installation)
    {
        var all = (await Chart.PodsOf(installation)).ToList();
        Assert.All((await Chart.Manifests(installation)).Where(each => each.Kind == "Service"), service =>
        {
            var pods = Assert.Single(all, pods => pods.Match(new JsonObject { ["matchLabels"] = service.Spec!["selector"]!.DeepClone() }));
            var ports = pods.Containers.SelectMany(container => Manifest.List(container, "ports")).ToList();
            Assert.All(Manifest.List(service.Spec, "ports"), port =>
            {
                var target = (port["targetPort"] ?? port["port"])!.ToString();
                Assert.Contains(ports, each => each["name"]?.ToString() == target || each["containerPort"]!.ToString() == target);
            });
        });
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_protect_silos_and_APIs_from_drains(string installation)
    {
        var budgets = (await Chart.Manifests(installation)).Where(each => each.Kind == "PodDisruptionBudget").ToList();

        Assert.All((await Chart.PodsOf(installation)).Where(pods => pods.Of.Kind == "Deployment"), pods => Assert.Single(budgets, budget => pods.Match(budget.Spec!["selector"])));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_spread_each_kind_of_pod_by_itself(string installation) => Assert.All(
        (await Chart.PodsOf(installation)).Where(pods => pods.Of.Kind == "Deployment"), pods =>
        {
            var constraints = Manifest.List(pods.Spec, "topologySpreadConstraints").ToList();
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], constraints.Select(each => each["topologyKey"]!.ToString()).Order());
            Assert.All(constraints, each => Assert.True(pods.Match(each["labelSelector"])));
        });

    /// <summary>Nodes without zones would else let no pod start.</summary>
    [Fact]
    public async Task Should_insist_on_nodes_where_that_is_wanted_and_never_on_zones() => Assert.All(
        await Constraints("with all that may be added"), each => Assert.Equal(
            each["topologyKey"]!.ToString() == "kubernetes.io/hostname" ? "DoNotSchedule" : "ScheduleAnyway", each["whenUnsatisfiable"]!.ToString()));

    [Fact]
    public async Task Should_prefer_labels_of_pods_to_those_of_all_resources()
    {
        var pods = (await Chart.PodsOf("with all that may be added")).ToDictionary(each => each.Component, each => each.Labels["team"]);

        Assert.Equal(["orders-at-night", "orders-at-night", "orders"], new[] { pods["silo"], pods["api"], pods["test"] });
    }

    [Fact]
    public async Task Should_prefer_labels_of_one_resource_to_those_of_all()
    {
        var watched = new Installation(
            "watched by others",
            ["external"],
            ["commonLabels={\"team\":\"orders\"}", .. from kind in (string[])["serviceMonitor", "prometheusRule", "grafanaDashboard"] select $"monitoring.{kind}={{\"enabled\":true,\"labels\":{{\"team\":\"watch\"}}}}"],
            Operators: Installations.Prometheus);

        var labels = Manifest.ReadAll((await Chart.Template(Chart.Helm3, watched)).Expect())
            .Where(each => each.Kind is "ServiceMonitor" or "PrometheusRule" || each.Name.EndsWith("-dashboard", StringComparison.Ordinal)).Select(each => each.Labels["team"]).ToList();

        Assert.Equal(["watch", "watch", "watch", "watch"], labels);
    }

    [Fact]
    public async Task Should_count_pods_of_one_revision_where_Kubernetes_can()
    {
        Assert.All(await Constraints("external"), each => Assert.NotNull(each["matchLabelKeys"]));
        Assert.All(await Constraints("external on Kubernetes 1.20"), each => Assert.Null(each["matchLabelKeys"]));
    }

    [Theory]
    [InlineData("external", "policy/v1")]
    [InlineData("external on Kubernetes 1.20", "policy/v1beta1")]
    public async Task Should_ask_for_what_the_cluster_serves(string installation, string version) => Assert.All(
        (await Chart.Manifests(installation)).Where(each => each.Kind == "PodDisruptionBudget"), budget => Assert.Equal(version, budget.ApiVersion));

    [Theory]
    [InlineData("gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1")]
    [InlineData("gateway.networking.k8s.io/v1beta1", "gateway.networking.k8s.io/v1beta1")]
    public async Task Should_ask_for_the_route_that_the_cluster_serves(string served, string version)
    {
        var installation = new Installation("behind a Gateway", ["external"], ["route={\"enabled\":true,\"parentRefs\":[{\"name\":\"gateway\"}],\"hosts\":[\"shop.example.com\"]}"],
            Operators: [.. Installations.Served("gateway.networking.k8s.io/v1", "Gateway"), .. Installations.Served(served, "HTTPRoute")]);

        Assert.Equal(version, Assert.Single(Manifest.ReadAll((await Chart.Template(Chart.Helm3, installation)).Expect()), each => each.Kind == "HTTPRoute").ApiVersion);
    }

    [Theory]
    [InlineData("external, published", "autoscaling/v2")]
    [InlineData("external, everything scaled by CPU, on Kubernetes 1.22", "autoscaling/v2beta2")]
    public async Task Should_scale_in_slowly(string installation, string version)
    {
        var scalers = (await Chart.Manifests(installation)).Where(each => each.Kind == "HorizontalPodAutoscaler").ToList();

        Assert.Equal(2, scalers.Count);
        Assert.All(scalers, each =>
        {
            Assert.Equal(version, each.ApiVersion);
            Assert.NotEqual("0", Manifest.Text(each.Spec, "behavior", "scaleDown", "stabilizationWindowSeconds"));
            Assert.Equal("1", Assert.Single(Manifest.List(each.Spec, "behavior", "scaleDown", "policies"))["value"]!.ToString());
        });
    }

    private static async Task<IEnumerable<JsonNode>> Constraints(string installation) =>
        (await Chart.PodsOf(installation)).SelectMany(pods => Manifest.List(pods.Spec, "topologySpreadConstraints"));
}
