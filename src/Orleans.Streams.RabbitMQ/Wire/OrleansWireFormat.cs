using Orleans.Serialization;

namespace Orleans.Streams.RabbitMQ;

/// <summary>The Orleans serializer's bytes: compact, versioned as your types are, readable by Orleans only. Thread-safe.</summary>
public sealed class OrleansWireFormat(Serializer serializer) : IRabbitMqWireFormat
{
    /// <summary>The content type of its messages.</summary>
    public const string ContentType = "application/x-orleans-stream-batch";

    /// <inheritdoc/>
    public IReadOnlyList<WireMessage> Write(IReadOnlyList<object> events, IReadOnlyDictionary<string, object>? requestContext)
    {
        ArgumentNullException.ThrowIfNull(events);
        var batch = new OrleansWireBatch([.. events], requestContext is null ? null : new Dictionary<string, object>(requestContext));
        return [new WireMessage(serializer.SerializeToArray(batch), ContentType)];
    }

    /// <inheritdoc/>
    public WireEvents Read(WireMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.ContentType != ContentType)
            throw new RabbitMqWireException($"The content type is '{message.ContentType}', not '{ContentType}'.");

        try
        {
            var batch = serializer.Deserialize<OrleansWireBatch>(message.Body);
            if (batch?.Events is not { Length: > 0 } events || Array.IndexOf(events, null) >= 0)
                throw new RabbitMqWireException("The message carries no event.");

            return new WireEvents(events, batch.RequestContext);
        }
        catch (Exception e) when (e is not RabbitMqWireException)
        {
            // Bytes of a type that this version does not have, or no such bytes at all: the serializer throws whatever it stumbles over.
            throw new RabbitMqWireException($"The Orleans serializer cannot read it: {e.Message}", e);
        }
    }
}

[GenerateSerializer, Immutable, Alias("Orleans.Streams.RabbitMQ.WireBatch")]
internal sealed record OrleansWireBatch([property: Id(0)] object[] Events, [property: Id(1)] Dictionary<string, object>? RequestContext);
