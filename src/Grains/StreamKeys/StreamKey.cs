using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Shop.StreamKeys;

/// <summary>A key of the shop's messages.</summary>
/// <param name="Id">As messages name it; never given to another.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Secret">What proves.</param>
[GenerateSerializer, Immutable, Alias("shop.stream-key.v1")]
public sealed record StreamKey(
    [property: Id(0)] string Id,
    [property: Id(1)] DateTimeOffset CreatedAt,
    [property: Id(2)] StreamKeySecret Secret)
{
    private const int IdBytes = 6;

    public static StreamKey New(DateTimeOffset now) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), now, StreamKeySecret.New());
}

/// <summary>Has nothing that a log, a trace, JSON or a dashboard would show by itself.</summary>
[GenerateSerializer, Immutable, Alias("shop.stream-key-secret.v1")]
public sealed class StreamKeySecret
{
    private const int SecretBytes = 32;

    [Id(0)]
    private readonly byte[] bytes = [];

    private StreamKeySecret(byte[] bytes) => this.bytes = bytes;

    public static StreamKeySecret New() => new(RandomNumberGenerator.GetBytes(SecretBytes));

    public ReadOnlySpan<byte> Reveal() => bytes;

    public override string ToString() => "(secret)";
}

/// <summary>What a silo needs: with the secrets.</summary>
/// <param name="Signing">The id of the one that signs.</param>
/// <param name="Keys">All that are believed.</param>
[GenerateSerializer, Immutable, Alias("shop.stream-key-ring.v1")]
public sealed record StreamKeyRing([property: Id(0)] string Signing, [property: Id(1)] ImmutableArray<StreamKey> Keys);
