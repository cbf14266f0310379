using System.Text.Json.Nodes;

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
    // A queue that is new has no counts yet.
    internal static RabbitQueue From(JsonNode? queue) => new(
        queue!["name"]!.ToString(),
        queue["type"]?.ToString() ?? "",
        queue["messages"]?.GetValue<long>() ?? 0,
        queue["messages_unacknowledged"]?.GetValue<long>() ?? 0,
        queue["consumers"]?.GetValue<int>() ?? 0,
        queue["arguments"] is JsonObject arguments ? arguments.ToDictionary(each => each.Key, each => each.Value?.ToString() ?? "") : []);
}
