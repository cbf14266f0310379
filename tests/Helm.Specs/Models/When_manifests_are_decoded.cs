using System.Text.Json.Nodes;
using Helm.Specs.Rendering;
using k8s;

namespace Helm.Specs.Models;

/// <summary>Every field of every manifest is one that Kubernetes, or the operator that reads it, knows, with a value that it takes.</summary>
public sealed class When_manifests_are_decoded
{
    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_hold_no_field_that_Kubernetes_does_not_know(string installation)
    {
        var faults = new List<string>();
        foreach (var manifest in (await Chart.Manifests(installation)).Where(IsOfKubernetes))
        {
            if (Fault(OldVersions.AsServedNow(manifest.Yaml)) is { } fault)
                faults.Add($"{manifest}: {fault}");
        }

        Assert.Empty(faults);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_hold_no_value_that_Kubernetes_or_an_operator_refuses(string installation) =>
        Assert.Empty(await KubernetesModels.ComplaintsOf(installation));

    [Theory, MemberData(nameof(All))]
    public async Task Should_ask_of_the_operator_of_RabbitMQ_what_it_offers(string installation) =>
        Assert.Empty((await Chart.Manifests(installation)).Where(each => each.Kind == "RabbitmqCluster").SelectMany(RabbitmqCluster.Strangers));

    /// <summary>The guards see something.</summary>
    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"sessionAffinity":"Never"}}""", "sessionAffinity")]
    [InlineData("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},"data":[]}""", "data")]
    [InlineData("""{"apiVersion":"monitoring.coreos.com/v1","kind":"PodMonitor","metadata":{"name":"x"},"spec":{"selector":{},"podMetricsEndpoints":[{"prot":"x"}]}}""", "prot")]
    [InlineData("""{"apiVersion":"postgresql.cnpg.io/v1","kind":"Cluster","metadata":{"name":"x"},"spec":{"instances":0}}""", "instances")]
    [InlineData("""{"apiVersion":"example.com/v1","kind":"Unheard","metadata":{"name":"x"}}""", "no model")]
    public async Task Should_see_what_is_wrong(string manifest, string complaint) =>
        Assert.Contains(complaint, Assert.Single(await KubernetesModels.Check([JsonNode.Parse(manifest)!])), StringComparison.Ordinal);

    [Theory]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nspec:\n  replica: 1\n")]
    [InlineData("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: x\n      image: x\n      image: y\n")]
    public void Should_see_what_is_unknown_or_there_twice(string yaml) => Assert.NotNull(Fault(yaml));

    // The Gateway API has its group, and is installed apart.
    private static bool IsOfKubernetes(Manifest manifest)
    {
        var group = manifest.ApiVersion.Split('/')[0];
        return !group.Contains('.', StringComparison.Ordinal) || (group.EndsWith(".k8s.io", StringComparison.Ordinal) && group != "gateway.networking.k8s.io");
    }

    private static string? Fault(string yaml)
    {
        try
        {
            var read = KubernetesYaml.LoadAllFromString(yaml, strict: true);
            return read.Count == 1 ? null : $"{read.Count} objects in one document";
        }
        catch (Exception fault) when (fault is YamlDotNet.Core.YamlException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return $"{fault.Message} {fault.InnerException?.Message}";
        }
    }
}
