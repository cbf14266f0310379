using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RabbitMq.Specs;

/// <summary>Somebody else's client: looks at queues, and publishes what the provider would not.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private readonly IConnection _connection;

    private Reader(IConnection connection, IChannel channel) => (_connection, Channel) = (connection, channel);

    public IChannel Channel { get; }

    public static async Task<Reader> Open(string url)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        return new Reader(connection, await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
    }

    /// <summary>Takes everything out of a queue. By consuming it: a queue with a single active consumer allows nothing else.</summary>
    public async Task<List<StoredMessage>> Drain(string queue)
    {
        var all = new ConcurrentQueue<StoredMessage>();
        var consumer = new AsyncEventingBasicConsumer(Channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            all.Enqueue(new StoredMessage(new BasicProperties(message.BasicProperties), message.Body.ToArray()));
            return Task.CompletedTask;
        };
        var waiting = await Channel.MessageCountAsync(queue);
        var tag = await Channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        await Eventually.Is(async () => all.Count >= waiting && await Channel.MessageCountAsync(queue) == 0);
        await Channel.BasicCancelAsync(tag);
        return [.. all];
    }

    /// <summary>The ids of all messages of a queue, in order; it is empty then.</summary>
    public async Task<List<string?>> DrainIds(string queue) => [.. (await Drain(queue)).Select(message => message.Properties.MessageId)];

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

/// <summary>A message that was in a queue.</summary>
internal sealed record StoredMessage(IReadOnlyBasicProperties Properties, byte[] Body);
