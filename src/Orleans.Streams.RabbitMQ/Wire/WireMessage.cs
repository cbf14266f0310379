using Orleans.Streams.RabbitMQ.Wire;

namespace Orleans.Streams.RabbitMQ;

/// <summary>What one AMQP message says, without where it goes. Immutable.</summary>
/// <param name="Body">The payload. Whoever makes the message does not change these bytes afterwards.</param>
/// <param name="ContentType">Media type of the body: what a reader decides by whether it understands it.</param>
public sealed record WireMessage(ReadOnlyMemory<byte> Body, string? ContentType)
{
    /// <summary>
    /// At most 255 bytes of UTF-8; the same for every copy of the message, so that readers can drop the second. Null: the provider makes one
    /// that is unique.
    /// </summary>
    public string? MessageId { get; init; }

    /// <summary>What kind of event it is; at most 255 bytes. With a topic exchange it is part of the routing key. Null: not said.</summary>
    public string? Type { get; init; }

    /// <summary>What it belongs to, for people and logs; at most 255 bytes.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>When it happened; travels in whole seconds. Null: not said.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>
    /// AMQP headers. Values that a broker sent are as RabbitMQ.Client decodes them: texts come as <c>byte[]</c>. Names that begin with
    /// <c>orleans-</c> belong to the provider.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Headers { get; init; } = NoHeaders;

    /// <summary>Only of a message that was received: whether it is known who has published it.</summary>
    public RabbitMqAuthenticity Authenticity { get; init; }

    /// <summary>
    /// The traces that its events belong to, as W3C <c>traceparent</c>s, each once. The provider publishes as a part of the trace when all that it
    /// publishes at once belongs to one, and links to them when they are several. Only asked of a format's writing, and only when
    /// <see cref="IsTraced"/>.
    /// </summary>
    public IReadOnlyList<string> TraceParents { get; init; } = [];

    /// <summary>Whether anybody listens to the provider's activities: a format need not look for traces otherwise. May change at any time.</summary>
    public static bool IsTraced => StreamTracing.IsOn;

    private static readonly IReadOnlyDictionary<string, object?> NoHeaders = new Dictionary<string, object?>();
}
