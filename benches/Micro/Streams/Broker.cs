using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Shop.Benches.Micro.Streams;

/// <summary>The broker that is measured against: on this machine, nobody else's.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly HttpClient _management;
    private readonly IConnection _connection;

    private Broker(HttpClient management, IConnection connection) => (_management, _connection) = (management, connection);

    /// <summary>Its version and what it runs on.</summary>
    public string Said { get; private set; } = "";

    public static async Task<Broker> Find(StreamSettings settings)
    {
        var user = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(settings.Amqp.UserInfo)));
        var management = new HttpClient { BaseAddress = settings.Management };
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", user);
        var broker = new Broker(management, await Connect(settings.Amqp));
        var overview = await broker.Ask("api/overview");
        broker.Said = $"{overview.GetProperty("rabbitmq_version")} (Erlang {overview.GetProperty("erlang_version")})";
        return broker;
    }

    public static Task<IConnection> Connect(Uri amqp) =>
        new ConnectionFactory { Uri = amqp, AutomaticRecoveryEnabled = false }.CreateConnectionAsync("bench");

    /// <summary>Empties queues, so that nobody meets longer ones than others.</summary>
    public async Task Purge(IEnumerable<string> queues)
    {
        await using var channel = await _connection.CreateChannelAsync();
        foreach (var queue in queues)
            await channel.QueuePurgeAsync(queue);
    }

    /// <summary>What others than the bench itself have open, and what waits in all queues; the former at most a second old, the latter five.</summary>
    public async Task<BrokerTotals> Totals()
    {
        var overview = await Ask("api/overview");
        var objects = overview.GetProperty("object_totals");
        // A broker that has no numbers yet leaves them out.
        var waiting = overview.GetProperty("queue_totals").TryGetProperty("messages", out var messages) ? messages.GetInt64() : 0;
        return new BrokerTotals(objects.GetProperty("connections").GetInt32() - 1, objects.GetProperty("channels").GetInt32(), waiting);
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await _connection.DisposeAsync();
    }

    private async Task<JsonElement> Ask(string path)
    {
        using var answer = await JsonDocument.ParseAsync(await _management.GetStreamAsync(new Uri(path, UriKind.Relative)));
        return answer.RootElement.Clone();
    }
}

/// <param name="Messages">In all queues, dead letters included, given out or not.</param>
internal sealed record BrokerTotals(int Connections, int Channels, long Messages);
