using System.Text.Json;

namespace Testing.Servers;

/// <summary>What the management says about one queue.</summary>
/// <param name="Name">Within its virtual host.</param>
/// <param name="Type">quorum, classic or stream.</param>
/// <param name="Messages">Those that are ready, and those that are delivered and not acknowledged.</param>
/// <param name="Unacknowledged">Delivered to a consumer that has said nothing yet.</param>
/// <param name="Consumers">Also those that only wait for their turn.</param>
/// <param name="Arguments">As it was declared; each value as JSON has it, texts without quotes.</param>
public sealed record RabbitQueue(
    string Name, string Type, long Messages, long Unacknowledged, int Consumers, IReadOnlyDictionary<string, string> Arguments)
{
    /// <summary>The node that leads it; null while there is none, and of a queue that is no quorum queue.</summary>
    public string? Leader { get; private init; }

    /// <summary>The nodes that keep it and run.</summary>
    public IReadOnlyList<string> Online { get; private init; } = [];

    // A queue that is new has no counts yet, and one whose leader has just gone has some names twice: a JsonObject would not bear that.
    internal static RabbitQueue From(JsonElement queue) => new(
        Text(queue, "name"),
        Text(queue, "type"),
        Number(queue, "messages"),
        Number(queue, "messages_unacknowledged"),
        (int)Number(queue, "consumers"),
        queue.TryGetProperty("arguments", out var arguments) && arguments.ValueKind == JsonValueKind.Object
            ? arguments.EnumerateObject().ToDictionary(each => each.Name, each => Written(each.Value))
            : [])
    {
        Leader = Text(queue, "leader") is { Length: > 0 } leader ? leader : null,
        Online = queue.TryGetProperty("online", out var online) && online.ValueKind == JsonValueKind.Array
            ? [.. online.EnumerateArray().Select(node => node.ToString())]
            : [],
    };

    // As in JSON: ToString would make True of true.
    private static string Written(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Text(JsonElement queue, string name) => queue.TryGetProperty(name, out var text) ? text.ToString() : "";

    private static long Number(JsonElement queue, string name) =>
        queue.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : 0;
}
