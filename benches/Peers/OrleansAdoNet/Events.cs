using System.Text.Json;
using RabbitMQ.Client;

namespace Shop.Benches.Peers.OrleansAdoNet;

/// <summary>Publishes to a durable queue, and waits until the broker has confirmed.</summary>
internal sealed class Events(IChannel channel)
{
    private const string Queue = "notifications";

    public static async Task<Events> Connect(Uri broker)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        // Each publish waits for its own confirm; so many may be under way at once.
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, new ThrottlingRateLimiter(1024)));
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        return new Events(channel);
    }

    public async Task Publish(string type, Guid orderId)
    {
        var properties = new BasicProperties { Persistent = true, Type = type, MessageId = Guid.NewGuid().ToString(), ContentType = "application/json" };
        await channel.BasicPublishAsync("", Queue, mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(new { type, orderId }));
    }
}
