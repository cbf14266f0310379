using System.Text.Json.Nodes;

namespace Helm.Specs.Rendering;

/// <summary>Pods that a manifest makes: itself, or those of a Deployment, StatefulSet or Job.</summary>
internal sealed record Pods(Manifest Of, JsonObject Metadata, JsonObject Spec)
{
    private static readonly string[] Makers = ["Deployment", "StatefulSet", "Job", "DaemonSet", "ReplicaSet", "CronJob"];

    public IReadOnlyDictionary<string, string> Labels => Manifest.Map(Metadata["labels"]);

    public string Component => Labels["app.kubernetes.io/component"];

    public IEnumerable<JsonNode> Containers => Manifest.List(Spec, "containers");

    public IEnumerable<JsonNode> AllContainers => [.. Containers, .. Manifest.List(Spec, "initContainers"), .. Manifest.List(Spec, "ephemeralContainers")];

    public IEnumerable<(JsonNode Container, JsonNode Variable)> Environment =>
        AllContainers.SelectMany(container => Manifest.List(container, "env").Select(variable => (container, variable)));

    public static Pods? MadeBy(Manifest manifest) => manifest.Kind == "Pod"
        ? new(manifest, (JsonObject)manifest.Document["metadata"]!, manifest.Spec!)
        : Makers.Contains(manifest.Kind)
            ? new(manifest, (JsonObject)Manifest.At(manifest.Spec, "template", "metadata")!, (JsonObject)Manifest.At(manifest.Spec, "template", "spec")!)
            : null;

    public override string ToString() => Of.ToString();

    /// <summary>Whether what a selector wants is what these pods have.</summary>
    public bool Match(JsonNode? selector) => Selector.Matches(selector, Labels);
}
