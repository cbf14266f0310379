using System.IO.Hashing;
using Orleans.Streams.RabbitMQ.Wire;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>A message as it came, with a body of its own: the client's buffer is used again after the handler.</summary>
internal sealed record ReceivedMessage(string Exchange, string RoutingKey, bool Redelivered, IReadOnlyBasicProperties Properties, byte[] Body)
{
    public static ReceivedMessage Copy(string exchange, string routingKey, bool redelivered, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) =>
        new(exchange, routingKey, redelivered, new BasicProperties(properties), body.ToArray());

    /// <summary>Null when its publisher gave none.</summary>
    public string? Id => Properties.IsMessageIdPresent() ? Properties.MessageId : null;

    /// <summary>
    /// Which stream it names, and what it says. An id alone is not enough: an event may be published to two streams, and strangers may use one
    /// id for different messages.
    /// </summary>
    public UInt128 Fingerprint { get; } = FingerprintOf(Properties.Headers, Body);

    public bool IsSameAs(ReceivedMessage other) => Id == other.Id && Fingerprint == other.Fingerprint;

    public static UInt128 FingerprintOf(IDictionary<string, object?>? headers, ReadOnlySpan<byte> body)
    {
        var hash = new XxHash128();
        hash.Append(WireHeaders.Bytes(headers, WireHeaders.StreamNamespace) ?? []);
        hash.Append("/"u8);
        hash.Append(WireHeaders.Bytes(headers, WireHeaders.StreamKey) ?? []);
        hash.Append("/"u8);
        hash.Append(body);
        return hash.GetCurrentHashAsUInt128();
    }
}
