using System.Buffers.Text;
using System.Security.Cryptography;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Authentication;

/// <summary>The digest in a message's headers: <c>hmac-sha256 KEY-ID DIGEST</c>, the digest in base64. Pure.</summary>
internal static class MessageDigest
{
    public const string Header = "orleans-digest";

    private const int Base64Bytes = 44;
    private const int LongestHeader = 1_024;

    private static ReadOnlySpan<byte> Manner => "hmac-sha256"u8;

    /// <summary>Signs a message whose other properties are final.</summary>
    public static void Write(RabbitMqMessageKey key, BasicProperties properties, ReadOnlySpan<byte> body)
    {
        Span<byte> digest = stackalloc byte[RabbitMqMessageKey.DigestBytes];
        // A text that AMQP cannot carry: the publisher refuses the message, and says which it is.
        if (!key.TryDigest(properties, body, digest))
            return;

        var name = key.NameBytes.Span;
        var text = new byte[Manner.Length + name.Length + Base64Bytes + 2];
        var rest = Put(name, Put(Manner, text));
        Base64.EncodeToUtf8(digest, rest, out _, out _);
        properties.Headers![Header] = text;
    }

    /// <summary>Whether a message is what somebody with a key has published.</summary>
    public static Verdict Verify(RabbitMqKeyRing keys, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        if (properties.Headers is not { } headers || !headers.TryGetValue(Header, out var value))
            return Verdict.Unproven("It has no digest that would prove where it comes from.");
        if (value is not byte[] { Length: <= LongestHeader } text || Parse(text) is not var (manner, name, digest))
            return Verdict.Forged($"Its header '{Header}' is malformed: somebody has made or changed the message who has no key.");
        // A later release may sign in another manner, with a longer signature: it is no forger.
        if (!text.AsSpan(manner).SequenceEqual(Manner))
            return Verdict.Unproven("Its digest is made in a manner that this process does not know.");
        if (keys.Find(text.AsSpan(name)) is not { } key)
            return Verdict.Unproven("Its digest is by a key that this process does not know.");

        Span<byte> stated = stackalloc byte[RabbitMqMessageKey.DigestBytes], actual = stackalloc byte[RabbitMqMessageKey.DigestBytes];
        return TryDecode(text.AsSpan(digest), stated) && key.TryDigest(properties, body, actual) && CryptographicOperations.FixedTimeEquals(stated, actual)
            ? Verdict.Proven
            : Verdict.Forged($"Its digest is not that of its content: somebody without the key '{key.Id}' has made or changed the message.");
    }

    private static Span<byte> Put(ReadOnlySpan<byte> word, Span<byte> text)
    {
        word.CopyTo(text);
        text[word.Length] = (byte)' ';
        return text[(word.Length + 1)..];
    }

    /// <returns>Where its three words are; null: it has not three.</returns>
    private static (Range Manner, Range Name, Range Digest)? Parse(ReadOnlySpan<byte> text)
    {
        Span<Range> words = stackalloc Range[4];
        var (count, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is > (byte)' ' and <= (byte)'~')
                continue;
            if (i == start || count == 3 || (i < text.Length && text[i] != (byte)' '))
                return null;
            words[count++] = start..i;
            start = i + 1;
        }

        return count == 3 ? (words[0], words[1], words[2]) : null;
    }

    /// <summary>One spelling of a digest is right, not several.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> base64, Span<byte> digest)
    {
        Span<byte> again = stackalloc byte[Base64Bytes];
        return base64.Length == Base64Bytes
            && Base64.DecodeFromUtf8(base64, digest, out _, out var length) == System.Buffers.OperationStatus.Done
            && length == digest.Length
            && Base64.EncodeToUtf8(digest, again, out _, out _) == System.Buffers.OperationStatus.Done
            && base64.SequenceEqual(again);
    }
}

/// <summary>What became of a message's claim.</summary>
/// <param name="Kind">As metrics name it.</param>
/// <param name="Reason">One sentence for the person who looks at the dead letter; null: it is proven.</param>
internal readonly record struct Verdict(VerdictKind Kind, string? Reason)
{
    public static Verdict Proven => new(VerdictKind.Proven, null);

    public static Verdict Unproven(string reason) => new(VerdictKind.Unproven, reason);

    public static Verdict Forged(string reason) => new(VerdictKind.Forged, reason);
}

internal enum VerdictKind
{
    /// <summary>It is not genuine. What nobody has set is this.</summary>
    Forged,

    /// <summary>It may be genuine.</summary>
    Unproven,

    Proven,
}
