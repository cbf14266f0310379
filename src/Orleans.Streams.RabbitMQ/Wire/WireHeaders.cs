using System.Globalization;
using System.Text;

namespace Orleans.Streams.RabbitMQ.Wire;

/// <summary>The provider's own headers, and reading any: a broker gives texts as bytes.</summary>
internal static class WireHeaders
{
    public const string StreamNamespace = "orleans-stream-namespace";
    public const string StreamKey = "orleans-stream-key";

    private const string Own = "orleans-";

    public static bool IsOwn(string name) => name.StartsWith(Own, StringComparison.Ordinal);

    public static void Write(IDictionary<string, object?> headers, StreamId stream)
    {
        headers[StreamNamespace] = stream.Namespace.ToArray();
        headers[StreamKey] = stream.Key.ToArray();
    }

    /// <exception cref="RabbitMqWireException">They do not name a stream.</exception>
    public static StreamId ReadStream(IDictionary<string, object?>? headers) =>
        Bytes(headers, StreamKey) is { Length: > 0 } key
            ? StreamId.Create(Bytes(headers, StreamNamespace) ?? [], key)
            : throw new RabbitMqWireException($"The header '{StreamKey}' does not name a stream.");

    public static string? Text(IDictionary<string, object?>? headers, string name) => headers is not null && headers.TryGetValue(name, out var value)
        ? value switch
        {
            null => null,
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        }
        : null;

    /// <summary>Null: it is not there, or no text.</summary>
    public static byte[]? Bytes(IDictionary<string, object?>? headers, string name) => headers is not null && headers.TryGetValue(name, out var value)
        ? value switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            _ => null,
        }
        : null;
}
