using System.Collections;
using System.Text;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>
/// What AMQP can carry. Checked before anything is sent: a broker that gets more closes the connection, and with it everybody else's messages.
/// </summary>
internal static class MessageLimits
{
    /// <summary>Of a routing key, a message id and the like, in bytes.</summary>
    public const int ShortText = 255;

    /// <summary>Of all headers together, in bytes: they must fit into one frame (128 KiB by default) with room to spare.</summary>
    public const int Headers = 64 * 1024;

    /// <exception cref="ArgumentException">Something is too long.</exception>
    public static void Check(string routingKey, BasicProperties properties)
    {
        CheckText("The routing key", routingKey);
        CheckText("The message id", properties.MessageId);
        CheckText("The event type", properties.Type);
        CheckText("The correlation id", properties.CorrelationId);
        CheckText("The content type", properties.ContentType);
        if (SizeOf(properties.Headers) is > Headers and var size)
            throw new ArgumentException($"The headers of the message have {size} bytes; at most {Headers} fit.");
    }

    /// <summary>About as many bytes as a header value takes.</summary>
    public static int SizeOf(object? value) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        byte[] bytes => bytes.Length,
        IDictionary<string, object?> table => table.Sum(entry => SizeOf(entry.Key) + SizeOf(entry.Value)),
        IEnumerable list => list.Cast<object?>().Sum(SizeOf),
        _ => 0,
    } + 8;

    private static void CheckText(string what, string? text)
    {
        if (text is not null && Encoding.UTF8.GetByteCount(text) is > ShortText and var length)
            throw new ArgumentException($"{what} has {length} bytes; AMQP carries at most {ShortText}.");
    }
}
