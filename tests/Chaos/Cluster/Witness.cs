using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Chaos.Cluster;

/// <summary>
/// An outsider with a queue of its own, bound to everything. The shop's log says what happened; that others were told of it, only somebody who listens can say.
/// </summary>
internal sealed class Witness : IAsyncDisposable
{
    private const string Exchange = "shop.events";
    private const string Queue = "witness";

    private readonly ConcurrentDictionary<string, bool> heard = new(StringComparer.Ordinal);
    private readonly string database;
    private readonly IConnection connection;
    private readonly IChannel channel;

    private Witness(string database, IConnection connection, IChannel channel) => (this.database, this.connection, this.channel) = (database, connection, channel);

    /// <summary>Before the first event: what nobody's queue takes is gone.</summary>
    public static async Task<Witness> Listen(RunningCluster cluster, CancellationToken cancel)
    {
        var factory = new ConnectionFactory { Uri = new Uri(cluster.BrokerUrl), NetworkRecoveryInterval = TimeSpan.FromSeconds(1) };
        var connection = await factory.CreateConnectionAsync(cancel);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        var witness = new Witness(cluster.ConnectionString, connection, channel);
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancel);
        await channel.QueueBindAsync(Queue, Exchange, "#", cancellationToken: cancel);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += witness.Hear;
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, cancel);
        return witness;
    }

    /// <summary>What is logged and was not heard of, after waiting for it.</summary>
    public async Task<IReadOnlyList<string>> Unheard(TimeSpan limit, CancellationToken cancel)
    {
        var unheard = new List<string>();
        var logged = await Logged(cancel);
        Assert.NotEmpty(logged);
        var over = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
            unheard = logged.FindAll(id => !heard.ContainsKey(id));
        while (unheard.Count > 0 && TimeProvider.System.GetElapsedTime(over) < limit && await pause.WaitForNextTickAsync(cancel));

        return [.. unheard.Select(id => $"{id} is in the log, and nobody outside has heard of it")];
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task Hear(object sender, BasicDeliverEventArgs message)
    {
        using var json = JsonDocument.Parse(message.Body);
        foreach (var happened in json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToList() : [json.RootElement])
            heard[happened.GetProperty("id").GetString()!] = true;
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, message.CancellationToken);
    }

    private async Task<List<string>> Logged(CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT entity || '/' || sequence FROM groupcommit_log WHERE log = 'audit'");
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var ids = new List<string>();
        while (await rows.ReadAsync(cancel))
            ids.Add(rows.GetString(0));
        return ids;
    }
}
