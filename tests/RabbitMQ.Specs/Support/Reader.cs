using RabbitMQ.Client;

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

    /// <summary>Takes everything out of a queue.</summary>
    public async Task<List<BasicGetResult>> Drain(string queue)
    {
        var all = new List<BasicGetResult>();
        while (await Channel.BasicGetAsync(queue, autoAck: true) is { } message)
            all.Add(message with { Body = message.Body.ToArray() });
        return all;
    }

    /// <summary>The ids of all messages of a queue, in order; it is empty then.</summary>
    public async Task<List<string?>> DrainIds(string queue) => [.. (await Drain(queue)).Select(message => message.BasicProperties.MessageId)];

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
