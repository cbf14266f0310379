using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;
using Orleans.Streams.RabbitMQ.Wire;

namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// A secret that publishers and receivers share: who does not know it can neither make nor change a message. Immutable, thread-safe.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "It lives as long as anything may refer to it, and holds one small native handle, which is finalized.")]
public sealed class RabbitMqMessageKey
{
    /// <summary>A digest has so many bytes.</summary>
    internal const int DigestBytes = HMACSHA256.HashSizeInBytes;

    private const int ShortestSecret = 32;
    private const int LongestId = 64;

    // What is invalid in a stranger's short text becomes longer when it is read.
    private const int LongestText = 3 * 255;

    private readonly byte[] _secret;
    private IncrementalHash? _idle;

    /// <param name="id">Names it in messages, and is no secret: 1 to 64 visible ASCII characters. Never used for another secret.</param>
    /// <param name="secret">At least 32 random bytes. They are copied.</param>
    /// <exception cref="ArgumentException">Either is of no use. The message does not contain the secret.</exception>
    public RabbitMqMessageKey(string id, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length is 0 or > LongestId || id.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException($"The id of a message key must be 1 to {LongestId} visible ASCII characters without spaces.", nameof(id));
        if (secret.Length < ShortestSecret)
            throw new ArgumentException($"The secret of the message key '{id}' has {secret.Length} bytes; it needs at least {ShortestSecret}.", nameof(secret));

        (Id, _secret) = (id, secret.ToArray());
        NameBytes = Encoding.ASCII.GetBytes(id);
    }

    /// <summary>Names it in messages; no secret.</summary>
    public string Id { get; }

    internal ReadOnlyMemory<byte> NameBytes { get; }

    /// <summary>The digest of a message: of its id, its stream, its content type, its event type and its body.</summary>
    /// <returns>False: it is a message that AMQP could not have carried.</returns>
    internal bool TryDigest(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body, Span<byte> digest)
    {
        // One is kept from message to message: made anew, it would cost more than hashing most of them.
        var hash = Interlocked.Exchange(ref _idle, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        try
        {
            var fits = TryAppend(hash, properties.MessageId) & TryAppend(hash, properties.ContentType) & TryAppend(hash, properties.Type);
            Append(hash, WireHeaders.Bytes(properties.Headers, WireHeaders.StreamNamespace));
            Append(hash, WireHeaders.Bytes(properties.Headers, WireHeaders.StreamKey));
            Append(hash, body);
            hash.GetHashAndReset(digest);
            return fits;
        }
        finally
        {
            if (Interlocked.CompareExchange(ref _idle, hash, null) is not null)
                hash.Dispose();
        }
    }

    private static bool TryAppend(IncrementalHash hash, string? text)
    {
        Span<byte> bytes = stackalloc byte[LongestText];
        if (!Encoding.UTF8.TryGetBytes(text, bytes, out var length))
            return false;

        // What is absent is not what is empty.
        Append(hash, text is null ? "-"u8 : "+"u8);
        Append(hash, bytes[..length]);
        return true;
    }

    /// <summary>With its length, or bytes could move from one field into the next.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, field.Length);
        hash.AppendData(length);
        hash.AppendData(field);
    }
}
