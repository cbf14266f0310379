using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Events;

namespace Shop.WebApi.Specs.Events;

/// <summary>An event as some version of the shop published it, for outsiders: they may have built on every member of it.</summary>
/// <param name="Name">The type; what was recorded later has a number behind it.</param>
/// <param name="Json">Indented, for people.</param>
internal sealed record GoldenEvent(string Name, JsonObject Json)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder { get; } = Path.Combine(FindRoot(), "tests/WebApi.Specs/Events/Recorded");

    public string Type => Name.Split('~')[0];

    public static List<GoldenEvent> ReadAll() =>
    [
        .. Directory.CreateDirectory(Folder).EnumerateFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new GoldenEvent(Path.GetFileNameWithoutExtension(file.Name), JsonNode.Parse(File.ReadAllText(file.FullName))!.AsObject())),
    ];

    public static GoldenEvent Record(ShopEvent happened, IReadOnlyCollection<GoldenEvent> recorded)
    {
        var json = JsonNode.Parse(Samples.Write(happened))!.AsObject();
        var type = (string)json["type"]!;
        var before = recorded.Count(golden => golden.Type == type);
        var golden = new GoldenEvent(before == 0 ? type : $"{type}~{before + 1}", json);
        // CreateNew: what was recorded once is never written over.
        using var file = new FileStream(Path.Combine(Folder, $"{golden.Name}.json"), FileMode.CreateNew);
        file.Write(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n"));
        return golden;
    }

    public bool Is(ShopEvent happened) => JsonNode.DeepEquals(Json, JsonNode.Parse(Samples.Write(happened)));

    /// <summary>What was there and is not any more, by path.</summary>
    public static IEnumerable<string> Lost(JsonNode? before, JsonNode? now, string path = "$") => before switch
    {
        JsonObject members => members.SelectMany(member => Lost(member.Value, (now as JsonObject)?[member.Key], $"{path}.{member.Key}")),
        JsonArray items => items.SelectMany((item, index) => Lost(item, now is JsonArray array && index < array.Count ? array[index] : null, $"{path}[{index}]")),
        _ => JsonNode.DeepEquals(before, now) ? [] : [$"{path} is {now?.ToJsonString() ?? "gone"}, not {before?.ToJsonString()}"],
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.Shop.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("These specs run inside the repository they were built from.");
    }
}
