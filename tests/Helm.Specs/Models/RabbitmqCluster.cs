using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Models;

/// <summary>The one custom resource of which there is no model: the fields of it that the chart may use, as its operator documents them.</summary>
internal static class RabbitmqCluster
{
    private static readonly string[] Fields =
    [
        "replicas", "image", "imagePullSecrets", "persistence", "persistence.storage", "persistence.storageClassName", "resources", "rabbitmq", "rabbitmq.additionalConfig",
        "rabbitmq.additionalPlugins", "affinity", "tolerations", "terminationGracePeriodSeconds", "service", "service.type", "tls", "tls.secretName", "override", "override.statefulSet",
        "override.statefulSet.spec", "skipPostDeploySteps",
    ];

    public static IEnumerable<string> Strangers(Manifest manifest) => Strangers(manifest.Spec!, "");

    private static IEnumerable<string> Strangers(JsonObject node, string path) =>
        from field in node
        let name = path + field.Key
        from stranger in !Fields.Contains(name) ? [name]
            : field.Value is JsonObject deeper && Fields.Any(known => known.StartsWith($"{name}.", StringComparison.Ordinal)) ? Strangers(deeper, $"{name}.")
            : Enumerable.Empty<string>()
        select stranger;
}
