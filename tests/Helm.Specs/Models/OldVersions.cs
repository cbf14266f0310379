using System.Text.Json.Nodes;

namespace Helm.Specs.Models;

/// <summary>Versions that Kubernetes has taken away, and of which no model is left. What the chart uses of them is the same in those that came after.</summary>
internal static class OldVersions
{
    private static readonly Dictionary<string, string> Successors = new()
    {
        ["policy/v1beta1"] = "policy/v1",
        ["autoscaling/v2beta2"] = "autoscaling/v2",
    };

    public static JsonObject AsServedNow(JsonObject manifest)
    {
        var now = (JsonObject)manifest.DeepClone();
        if (Successors.TryGetValue(now["apiVersion"]!.ToString(), out var successor))
            now["apiVersion"] = successor;
        return now;
    }

    public static string AsServedNow(string yaml) => Successors.Aggregate(yaml, (text, each) => text.Replace($"apiVersion: {each.Key}", $"apiVersion: {each.Value}", StringComparison.Ordinal));
}
