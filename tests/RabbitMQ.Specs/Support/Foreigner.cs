using RabbitMQ.Client;

namespace RabbitMq.Specs;

/// <summary>A publisher that knows RabbitMQ, and little or nothing of Orleans.</summary>
internal static class Foreigner
{
    /// <summary>Properties as he likes them.</summary>
    public static Task Publish(this Reader reader, string exchange, BasicProperties properties, byte[] body, string key = "0") =>
        reader.Channel.BasicPublishAsync(exchange, key, mandatory: true, properties, body).AsTask();

    /// <summary>The headers that name a stream.</summary>
    public static Dictionary<string, object?> Headers(string stream = "a") =>
        new() { ["orleans-stream-namespace"] = Listener.Namespace, ["orleans-stream-key"] = stream };
}
