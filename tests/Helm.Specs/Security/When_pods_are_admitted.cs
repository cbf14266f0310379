using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Security;

/// <summary>No pod of the chart has more rights than it needs, and none has any of the cluster's.</summary>
public sealed class When_pods_are_admitted
{
    private static readonly string[] OfTheShop = ["silo", "api", "migrate", "test"];

    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_satisfy_the_restricted_standard(string installation) =>
        Assert.Empty((await Chart.PodsOf(installation)).SelectMany(pods => PodSecurity.Violations(pods.Spec).Select(violation => $"{pods}: {violation}")));

    [Theory, MemberData(nameof(All))]
    public async Task Should_write_nowhere_but_where_a_volume_is(string installation) => Assert.All(await Chart.PodsOf(installation), pods =>
    {
        Assert.All(pods.AllContainers, container => Assert.Equal("true", Manifest.Text(container, "securityContext", "readOnlyRootFilesystem")));
        if (!OfTheShop.Contains(pods.Component))
            return;
        Assert.Equal("1654", Manifest.Text(pods.Spec, "securityContext", "runAsUser"));
        Assert.All(pods.AllContainers, container => Assert.Contains(Manifest.List(container, "volumeMounts"), mount => mount["mountPath"]!.ToString() == "/tmp"));
    });

    [Theory, MemberData(nameof(All))]
    public async Task Should_not_reach_the_API_server(string installation)
    {
        var manifests = await Chart.Manifests(installation);

        Assert.DoesNotContain(manifests, each => each.ApiVersion.StartsWith("rbac.", StringComparison.Ordinal));
        Assert.All(await Chart.PodsOf(installation), pods =>
        {
            Assert.Equal("false", pods.Spec["automountServiceAccountToken"]?.ToString());
            Assert.DoesNotContain(Manifest.List(pods.Spec, "volumes"), volume => Manifest.List(volume, "projected", "sources").Any(source => source["serviceAccountToken"] is not null));
        });
        Assert.All(manifests.Where(each => each.Kind == "ServiceAccount"), account => Assert.Equal("false", account.Document["automountServiceAccountToken"]?.ToString()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_use_accounts_that_are_there(string installation)
    {
        var manifests = await Chart.Manifests(installation);
        var accounts = manifests.Where(each => each.Kind == "ServiceAccount").Select(each => each.Name).Append("default").ToHashSet();

        Assert.All(await Chart.PodsOf(installation), pods => Assert.Contains(pods.Spec["serviceAccountName"]?.ToString() ?? "default", accounts));
    }

    /// <summary>The standard, applied to what breaks it.</summary>
    [Theory]
    [InlineData("""{"hostNetwork":true}""", "hostNetwork")]
    [InlineData("""{"volumes":[{"name":"x","hostPath":{"path":"/"}}]}""", "a volume by hostPath")]
    [InlineData("""{"containers":[{"name":"x","securityContext":{"privileged":true}}]}""", "x: privileged")]
    [InlineData("""{"containers":[{"name":"x"}]}""", "x: runAsNonRoot is not true")]
    [InlineData("""{"containers":[{"name":"x"}]}""", "x: no seccompProfile")]
    [InlineData("""{"containers":[{"name":"x"}]}""", "x: allowPrivilegeEscalation is not false")]
    [InlineData("""{"initContainers":[{"name":"x","securityContext":{"capabilities":{"drop":["NET_RAW"]}}}]}""", "x: capabilities are not dropped")]
    [InlineData("""{"containers":[{"name":"x","ports":[{"containerPort":80,"hostPort":80}]}]}""", "x: hostPort 80")]
    public void Should_see_what_the_standard_forbids(string pod, string violation) => Assert.Contains(violation, PodSecurity.Violations(JsonNode.Parse(pod)!));
}
