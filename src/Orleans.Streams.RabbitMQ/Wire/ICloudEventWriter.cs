using System.Text.Json;

namespace Orleans.Streams.RabbitMQ;

/// <summary>Writes the JSON of your events itself, without a <see cref="CloudNative.CloudEvents.CloudEvent"/> in between. Thread-safe.</summary>
public interface ICloudEventWriter
{
    /// <summary>What the message around the event says of it.</summary>
    CloudEventHead HeadOf(object item);

    /// <summary>Writes the whole event, as CloudEvents' JSON format has it: one object, with the <c>id</c>, <c>type</c> and <c>subject</c> of its head.</summary>
    void Write(object item, Utf8JsonWriter json);
}

/// <summary>Some of an event's attributes.</summary>
/// <param name="id">The same whenever the same event is written again.</param>
/// <param name="type">A message holds events of one type.</param>
public readonly struct CloudEventHead(string id, string type)
{
    /// <summary>The same whenever the same event is written again.</summary>
    public string Id { get; } = id;

    /// <summary>A message holds events of one type.</summary>
    public string Type { get; } = type;

    /// <summary>Null: it has none.</summary>
    public string? Subject { get; init; }

    /// <summary>When it happened; null: not said.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The usual extension; null: not said.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The extension for distributed tracing; null: not said.</summary>
    public string? TraceParent { get; init; }
}
