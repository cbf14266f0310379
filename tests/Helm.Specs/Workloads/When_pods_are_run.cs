using System.Globalization;
using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Workloads;

public sealed class When_pods_are_run
{
    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_say_what_they_need_and_how_much_memory_is_too_much(string installation) => Assert.All(await Containers(installation), each =>
    {
        foreach (var path in (string[][])[["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]])
            Assert.NotNull(Manifest.At(each.Container, ["resources", .. path]));
    });

    [Theory, MemberData(nameof(All))]
    public async Task Should_be_probed_while_they_serve(string installation) => Assert.All(
        (await Containers(installation)).Where(each => each.Pods.Of.Kind is "Deployment" or "StatefulSet" && each.Pods.Containers.Contains(each.Container)), each =>
        {
            Assert.NotNull(each.Container["readinessProbe"]);
            Assert.NotNull(each.Container["startupProbe"] ?? each.Container["livenessProbe"]);
            if (each.Pods.Component is "silo" or "api")
            {
                foreach (var probe in (string[])["startup", "live", "ready"])
                {
                    var get = Manifest.At(each.Container, probe switch { "startup" => "startupProbe", "live" => "livenessProbe", _ => "readinessProbe" }, "httpGet");
                    Assert.Equal($"/health/{probe}", Manifest.Text(get, "path"));
                    Assert.Equal(8081, PortOf(each.Container, Manifest.Text(get, "port")!));
                }
            }
        });

    [Theory, MemberData(nameof(All))]
    public async Task Should_have_longer_to_start_than_they_wait_for_others(string installation) => Assert.All(
        (await Containers(installation)).Where(each => each.Pods.Component is "silo" or "api" && each.Container["startupProbe"] is not null), each =>
        {
            var probe = each.Container["startupProbe"]!;
            var waits = TimeSpan.Parse(Value(each.Container, "Shop__StartTimeout")!, CultureInfo.InvariantCulture);
            Assert.True(TimeSpan.FromSeconds(Number(probe, "periodSeconds", 10) * Number(probe, "failureThreshold", 3)) > waits, probe.ToJsonString());
        });

    [Theory, MemberData(nameof(All))]
    public async Task Should_have_time_to_drain_and_to_end(string installation) => Assert.All(
        (await Containers(installation)).Where(each => each.Pods.Of.Kind == "Deployment"), each =>
        {
            var drain = TimeSpan.Parse(Value(each.Container, "Shop__DrainDelay") ?? "00:00:00", CultureInfo.InvariantCulture);
            Assert.True(Number(each.Pods.Spec, "terminationGracePeriodSeconds", 30) >= drain.TotalSeconds + 30);
        });

    [Theory, MemberData(nameof(All))]
    public async Task Should_name_ports_with_their_protocol(string installation)
    {
        Assert.All(await Containers(installation), each => Assert.All(Manifest.List(each.Container, "ports"), Complete));
        Assert.All((await Chart.Manifests(installation)).Where(each => each.Kind == "Service"), service => Assert.All(Manifest.List(service.Spec, "ports"), Complete));

        static void Complete(JsonNode port)
        {
            Assert.NotNull(port["name"]);
            Assert.NotNull(port["protocol"]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_be_replaced_before_they_go(string installation) => Assert.All(
        (await Chart.Manifests(installation)).Where(each => each.Kind == "Deployment"), deployment =>
        {
            Assert.Equal("0", Manifest.Text(deployment.Spec, "strategy", "rollingUpdate", "maxUnavailable"));
            Assert.Equal("1", Manifest.Text(deployment.Spec, "strategy", "rollingUpdate", "maxSurge"));
        });

    [Theory, MemberData(nameof(All))]
    public async Task Should_be_counted_by_one_alone(string installation)
    {
        var manifests = await Chart.Manifests(installation);
        var scaled = manifests.Where(each => each.Kind is "HorizontalPodAutoscaler" or "ScaledObject").Select(each => Manifest.Text(each.Spec, "scaleTargetRef", "name")!).ToList();

        Assert.Equal(scaled.Distinct(), scaled);
        Assert.All(manifests.Where(each => each.Kind == "Deployment"), deployment => Assert.Equal(!scaled.Contains(deployment.Name), deployment.Spec!.ContainsKey("replicas")));
        Assert.Subset(manifests.Where(each => each.Kind == "Deployment").Select(each => each.Name).ToHashSet(), scaled.ToHashSet());
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_mount_only_what_they_have(string installation) => Assert.All(await Containers(installation), each =>
    {
        var volumes = Manifest.List(each.Pods.Spec, "volumes").Concat(Manifest.List(each.Pods.Of.Spec, "volumeClaimTemplates").Select(claim => claim["metadata"]!)).Select(volume => volume["name"]!.ToString()).ToHashSet();
        Assert.All(Manifest.List(each.Container, "volumeMounts"), mount => Assert.Contains(mount["name"]!.ToString(), volumes));
    });

    [Theory]
    [InlineData("migrate with a certificate and a way of its own", "migrate")]
    [InlineData("operators by an Ingress of their own", "silo")]
    public async Task Should_mount_a_certificate_into_migrate_as_a_Job_and_as_an_init_container(string installation, string component)
    {
        var (pods, container) = Assert.Single(await Containers(installation), each => each.Container["name"]!.ToString() == "migrate");

        Assert.Equal(component, pods.Component);
        Assert.Contains(Manifest.List(container, "volumeMounts"), mount => mount["mountPath"]!.ToString() == "/client");
        Assert.Contains(Manifest.List(pods.Spec, "volumes"), volume => Manifest.Text(volume, "secret", "secretName") == "client");
    }

    [Theory]
    [InlineData("migrate", "257Mi")]
    [InlineData("test", "128Mi")]
    public async Task Should_give_migrate_and_the_test_resources_of_their_own(string component, string memory) => Assert.Equal(memory, Manifest.Text(
        Assert.Single(await Containers("migrate with a certificate and a way of its own"), each => each.Pods.Component == component).Container, "resources", "limits", "memory"));

    private static async Task<IReadOnlyList<(Pods Pods, JsonNode Container)>> Containers(string installation) =>
        [.. (await Chart.PodsOf(installation)).SelectMany(pods => pods.AllContainers.Select(container => (pods, container)))];

    private static string? Value(JsonNode container, string name) =>
        Manifest.List(container, "env").SingleOrDefault(variable => variable["name"]!.ToString() == name)?["value"]?.ToString();

    private static double Number(JsonNode node, string name, double otherwise) => node[name] is { } value ? double.Parse(value.ToString(), CultureInfo.InvariantCulture) : otherwise;

    private static int PortOf(JsonNode container, string nameOrNumber) => int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : int.Parse(Manifest.List(container, "ports").Single(port => port["name"]!.ToString() == nameOrNumber)["containerPort"]!.ToString(), CultureInfo.InvariantCulture);
}
