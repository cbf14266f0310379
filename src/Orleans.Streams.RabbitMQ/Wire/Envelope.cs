using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Wire;

/// <summary>A <see cref="WireMessage"/> in AMQP's terms, and back.</summary>
internal static class Envelope
{
    public static BasicProperties PropertiesOf(WireMessage message, StreamId stream)
    {
        var headers = new Dictionary<string, object?>(message.Headers);
        WireHeaders.Write(headers, stream);
        StreamTracing.Inject(headers);
        var properties = new BasicProperties
        {
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = message.MessageId ?? Guid.CreateVersion7().ToString("N"),
            Headers = headers,
        };
        // RabbitMQ.Client takes an absent property for one that was set to null.
        if (message.ContentType is { } contentType)
            properties.ContentType = contentType;
        if (message.Type is { } type)
            properties.Type = type;
        if (message.CorrelationId is { } correlation)
            properties.CorrelationId = correlation;
        if (message.Timestamp is { } timestamp)
            properties.Timestamp = new AmqpTimestamp(timestamp.ToUnixTimeSeconds());
        return properties;
    }

    public static WireMessage MessageOf(IReadOnlyBasicProperties properties, byte[] body, RabbitMqAuthenticity authenticity) => new(body, properties.ContentType)
    {
        MessageId = properties.MessageId,
        Authenticity = authenticity,
        Type = properties.Type,
        CorrelationId = properties.CorrelationId,
        Timestamp = properties.IsTimestampPresent() ? TimeOf(properties.Timestamp.UnixTime) : null,
        Headers = properties.Headers is { } headers ? new Dictionary<string, object?>(headers) : new Dictionary<string, object?>(),
    };

    // A stranger's number may be no time at all.
    private static DateTimeOffset? TimeOf(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
