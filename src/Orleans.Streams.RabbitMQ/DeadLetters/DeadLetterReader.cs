using System.Globalization;
using System.Security.Cryptography;
using Orleans.Streams.RabbitMQ.Wire;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.DeadLetters;

/// <summary>What a dead letter says of itself: written by a receiver, or by the broker. Pure; believes nothing that a stranger may have written.</summary>
internal static class DeadLetterReader
{
    public static string IdOf(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body) =>
        properties.IsMessageIdPresent() && properties.MessageId is { Length: > 0 } id ? id : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body))}";

    public static RabbitMqDeadLetter Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, bool withBody)
    {
        var headers = properties.Headers;
        var death = DeathOf(headers);
        return new RabbitMqDeadLetter(IdOf(properties, body.Span), WireHeaders.Text(headers, DeadLetterHeaders.Reason) ?? ReasonOf(death))
        {
            Stream = StreamOf(headers),
            Type = properties.Type,
            ContentType = properties.ContentType,
            CorrelationId = properties.CorrelationId,
            Exception = WireHeaders.Text(headers, DeadLetterHeaders.Exception),
            Subscription = WireHeaders.Text(headers, DeadLetterHeaders.Subscription),
            Attempts = Number(headers, DeadLetterHeaders.Attempts),
            FirstFailure = Time(headers, DeadLetterHeaders.FirstFailure),
            LastFailure = Time(headers, DeadLetterHeaders.LastFailure),
            Exchange = WireHeaders.Text(headers, DeadLetterHeaders.Exchange) ?? WireHeaders.Text(death, "exchange"),
            RoutingKey = WireHeaders.Text(headers, DeadLetterHeaders.RoutingKey) ?? RoutingKeyOf(death),
            Queue = WireHeaders.Text(headers, DeadLetterHeaders.Queue) ?? WireHeaders.Text(death, "queue"),
            Replays = Number(headers, DeadLetterHeaders.Replays),
            Size = body.Length,
            Body = withBody ? body : default,
        };
    }

    public static StreamId? StreamOf(IDictionary<string, object?>? headers)
    {
        try
        {
            return WireHeaders.ReadStream(headers);
        }
        catch (RabbitMqWireException)
        {
            return null;
        }
    }

    /// <summary>The broker's note of the last time it put the message aside.</summary>
    private static IDictionary<string, object?>? DeathOf(IDictionary<string, object?>? headers) =>
        headers is not null && headers.TryGetValue("x-death", out var deaths) && deaths is IEnumerable<object?> list ? list.FirstOrDefault() as IDictionary<string, object?> : null;

    private static string ReasonOf(IDictionary<string, object?>? death) => WireHeaders.Text(death, "reason") switch
    {
        "delivery_limit" => "Its silos died, or lost their connection, too often before they had dealt with it (delivery limit).",
        "expired" => "It waited for a silo for too long (time to live).",
        { } other => $"RabbitMQ put it aside: {other}.",
        null => "It does not say why it is here.",
    };

    private static string? RoutingKeyOf(IDictionary<string, object?>? death) =>
        death is not null && death.TryGetValue("routing-keys", out var keys) && keys is IEnumerable<object?> list && list.FirstOrDefault() is byte[] key
            ? System.Text.Encoding.UTF8.GetString(key)
            : null;

    private static long Number(IDictionary<string, object?>? headers, string name) =>
        long.TryParse(WireHeaders.Text(headers, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DateTimeOffset? Time(IDictionary<string, object?>? headers, string name) =>
        DateTimeOffset.TryParse(WireHeaders.Text(headers, name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
