using System.Buffers.Binary;
using System.Text;
using RabbitMQ.Client;

namespace RabbitMq.Specs;

/// <summary>Properties of a message as no client would write them: one header, its value byte by byte.</summary>
internal sealed class RawHeader(string name, params byte[] value) : IReadOnlyBasicProperties, IAmqpHeader
{
    private const ushort BasicClass = 60;
    private const ushort OnlyHeaders = 0x2000;

    private readonly byte[] _bytes = Encode(name, value);

    public ushort ProtocolClassId => BasicClass;

    public string? AppId => null;
    public string? ClusterId => null;
    public string? ContentEncoding => null;
    public string? ContentType => null;
    public string? CorrelationId => null;
    public DeliveryModes DeliveryMode => DeliveryModes.Persistent;
    public string? Expiration => null;
    public IDictionary<string, object?>? Headers => null;
    public string? MessageId => null;
    public bool Persistent => true;
    public byte Priority => 0;
    public string? ReplyTo => null;
    public PublicationAddress? ReplyToAddress => null;
    public AmqpTimestamp Timestamp => default;
    public string? Type => null;
    public string? UserId => null;

    public int GetRequiredBufferSize() => _bytes.Length;

    public int WriteTo(Span<byte> span)
    {
        _bytes.CopyTo(span);
        return _bytes.Length;
    }

    public bool IsAppIdPresent() => false;
    public bool IsClusterIdPresent() => false;
    public bool IsContentEncodingPresent() => false;
    public bool IsContentTypePresent() => false;
    public bool IsCorrelationIdPresent() => false;
    public bool IsDeliveryModePresent() => false;
    public bool IsExpirationPresent() => false;
    public bool IsHeadersPresent() => false;
    public bool IsMessageIdPresent() => false;
    public bool IsPriorityPresent() => false;
    public bool IsReplyToPresent() => false;
    public bool IsTimestampPresent() => false;
    public bool IsTypePresent() => false;
    public bool IsUserIdPresent() => false;

    private static byte[] Encode(string name, byte[] value)
    {
        byte[] table = [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. value];
        var all = new byte[6 + table.Length];
        BinaryPrimitives.WriteUInt16BigEndian(all, OnlyHeaders);
        BinaryPrimitives.WriteUInt32BigEndian(all.AsSpan(2), (uint)table.Length);
        table.CopyTo(all, 6);
        return all;
    }
}
