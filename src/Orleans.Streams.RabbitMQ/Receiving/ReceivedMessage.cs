using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>A message as it came, with a body of its own: the client's buffer is used again after the handler.</summary>
internal sealed record ReceivedMessage(string Exchange, string RoutingKey, bool Redelivered, IReadOnlyBasicProperties Properties, byte[] Body)
{
    public static ReceivedMessage Copy(string exchange, string routingKey, bool redelivered, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) =>
        new(exchange, routingKey, redelivered, new BasicProperties(properties), body.ToArray());

    /// <summary>Null when its publisher gave none.</summary>
    public string? Id => Properties.IsMessageIdPresent() ? Properties.MessageId : null;

    /// <summary>Foreign publishers may use one id for different messages.</summary>
    public bool IsSameAs(ReceivedMessage other) => Id == other.Id && Body.AsSpan().SequenceEqual(other.Body);
}
