using System.Text.Json.Nodes;

namespace Helm.Specs.Rendering;

/// <summary>One document of what Helm renders.</summary>
internal sealed record Manifest(string Yaml, JsonObject Document)
{
    public string ApiVersion => Text(Document, "apiVersion")!;

    public string Kind => Text(Document, "kind")!;

    public string Name => Text(Document, "metadata", "name")!;

    public JsonObject? Spec => At(Document, "spec") as JsonObject;

    public IReadOnlyDictionary<string, string> Labels => Map(At(Document, "metadata", "labels"));

    public IReadOnlyDictionary<string, string> Annotations => Map(At(Document, "metadata", "annotations"));

    public override string ToString() => $"{Kind} {Name}";

    public static IReadOnlyList<Manifest> ReadAll(string rendered) =>
    [
        .. rendered.Split("\n---\n").Select(part => part.TrimStart('-', '\n'))
            .Where(part => part.Split('\n').Any(line => line.Length > 0 && line[0] != '#'))
            .Select(part => new Manifest(part, (JsonObject)YamlText.Read(part)!)),
    ];

    public static JsonNode? At(JsonNode? node, params string[] path) => path.Aggregate(node, (at, key) => (at as JsonObject)?[key]);

    public static string? Text(JsonNode? node, params string[] path) => At(node, path)?.ToString();

    public static IEnumerable<JsonNode> List(JsonNode? node, params string[] path) => (At(node, path) as JsonArray)?.OfType<JsonNode>() ?? [];

    public static IReadOnlyDictionary<string, string> Map(JsonNode? node) =>
        (node as JsonObject)?.ToDictionary(each => each.Key, each => each.Value!.ToString()) ?? [];
}
