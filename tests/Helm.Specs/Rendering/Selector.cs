using System.Text.Json.Nodes;

namespace Helm.Specs.Rendering;

/// <summary>A LabelSelector of Kubernetes.</summary>
internal static class Selector
{
    /// <summary>An empty one selects everything; none, nothing.</summary>
    public static bool Matches(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector is JsonObject
        && Manifest.Map(selector["matchLabels"]).All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
        && Manifest.List(selector, "matchExpressions").All(expression => Holds(expression, labels));

    private static bool Holds(JsonNode expression, IReadOnlyDictionary<string, string> labels)
    {
        var has = labels.TryGetValue(Manifest.Text(expression, "key")!, out var value);
        var among = Manifest.List(expression, "values").Any(each => each.ToString() == value);
        return Manifest.Text(expression, "operator") switch
        {
            "In" => has && among,
            "NotIn" => !has || !among,
            "Exists" => has,
            "DoesNotExist" => !has,
            var other => throw new NotSupportedException($"operator {other}"),
        };
    }
}
