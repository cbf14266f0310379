using System.Globalization;
using System.Text;
using Orleans.Streams.RabbitMQ.Publishing;
using Orleans.Streams.RabbitMQ.Receiving;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.DeadLetters;

/// <summary>The properties of a message that is published once more: as a dead letter, or from there. Pure.</summary>
internal static class DeadLetterCopy
{
    private const int LongestReason = 1_024;
    private const int LongestException = 8 * 1_024;
    private const int LargestForeignHeaders = MessageLimits.Headers - (16 * 1_024);

    /// <summary>Of the dead letter of a message.</summary>
    public static BasicProperties Of(ReceivedMessage message, string queue, DeadLetterReason reason)
    {
        var copy = Copy(message.Properties, name => !DeadLetterHeaders.IsOwn(name));
        var headers = copy.Headers!;
        headers[DeadLetterHeaders.Reason] = Shortened(reason.Text, LongestReason);
        headers[DeadLetterHeaders.Exchange] = message.Exchange;
        headers[DeadLetterHeaders.RoutingKey] = message.RoutingKey;
        headers[DeadLetterHeaders.Queue] = queue;
        headers[DeadLetterHeaders.Attempts] = reason.Attempts;
        headers[DeadLetterHeaders.FirstFailure] = reason.FirstAt.ToString("O", CultureInfo.InvariantCulture);
        headers[DeadLetterHeaders.LastFailure] = reason.LastAt.ToString("O", CultureInfo.InvariantCulture);
        if (reason.Exception is { } exception)
            headers[DeadLetterHeaders.Exception] = Shortened(exception.ToString(), LongestException);
        if (reason.Subscription is { } subscription)
            headers[DeadLetterHeaders.Subscription] = subscription;
        return copy;
    }

    /// <summary>Of the replay of a dead letter.</summary>
    public static BasicProperties Replayed(IReadOnlyBasicProperties deadLetter)
    {
        // The broker's own notes would count this message's old deaths against its new life.
        var copy = Copy(deadLetter, name => !DeadLetterHeaders.IsOwn(name) && !name.StartsWith("x-", StringComparison.Ordinal));
        var before = copy.Headers!.TryGetValue(DeadLetterHeaders.Replays, out var replays) && replays is long and >= 0 and < int.MaxValue ? (long)replays : 0;
        copy.Headers![DeadLetterHeaders.Replays] = before + 1;
        return copy;
    }

    /// <summary>
    /// Not what would do something again: who sent it (the broker compares it with the connection's user), when it expires, where else it
    /// should go.
    /// </summary>
    private static BasicProperties Copy(IReadOnlyBasicProperties from, Func<string, bool> keeps)
    {
        var headers = new Dictionary<string, object?>();
        var size = 0;
        // The provider's own first: they say which stream it belongs to.
        foreach (var (name, value) in (from.Headers ?? new Dictionary<string, object?>()).OrderByDescending(header => Wire.WireHeaders.IsOwn(header.Key)))
        {
            if (!keeps(name) || name is "CC" or "BCC")
                continue;

            // Whatever does not fit beside the reason is left out rather than the message.
            size += MessageLimits.SizeOf(name) + MessageLimits.SizeOf(value);
            if (size <= LargestForeignHeaders)
                headers[name] = value;
        }

        var copy = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, Headers = headers };
        if (from.IsMessageIdPresent())
            copy.MessageId = from.MessageId;
        if (from.IsTypePresent())
            copy.Type = from.Type;
        if (from.IsContentTypePresent())
            copy.ContentType = from.ContentType;
        if (from.IsContentEncodingPresent())
            copy.ContentEncoding = from.ContentEncoding;
        if (from.IsCorrelationIdPresent())
            copy.CorrelationId = from.CorrelationId;
        if (from.IsTimestampPresent())
            copy.Timestamp = from.Timestamp;
        if (from.IsAppIdPresent())
            copy.AppId = from.AppId;
        return copy;
    }

    /// <param name="text">Any.</param>
    /// <param name="longest">In bytes of UTF-8, of which a character has up to four.</param>
    private static string Shortened(string text, int longest)
    {
        var encoder = Encoding.UTF8.GetEncoder();
        encoder.Convert(text, new byte[longest], flush: true, out var characters, out _, out _);
        return text[..characters];
    }
}

/// <summary>Why a message was put aside.</summary>
internal sealed record DeadLetterReason(
    string Text, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Attempts = 0, Exception? Exception = null, string? Subscription = null);
