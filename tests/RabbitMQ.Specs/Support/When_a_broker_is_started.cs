using System.Security.Cryptography.X509Certificates;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Testing.Servers;

namespace RabbitMq.Specs;

/// <summary>What the other specs take for granted about the broker that they start and break.</summary>
[Collection("A broker of its own")]
public sealed class When_a_broker_is_started : IDisposable
{
    private readonly RabbitServer _server = RabbitServer.StartOwn();

    [Fact]
    public async Task Should_have_what_is_durable_after_a_kill()
    {
        await using var host = await _server.NewVirtualHost();
        await using (var connection = await Connect(host.Url))
        await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true)))
        {
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, Quorum);
            _server.WriteListOfQuorumQueues();
            await channel.BasicPublishAsync("", "kept", true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("still here"));
            _server.Kill();
        }

        await Assert.ThrowsAsync<BrokerUnreachableException>(() => Connect(host.Url));
        _server.Start();

        await using var again = await Connect(host.Url);
        await using var reader = await again.CreateChannelAsync();
        BasicGetResult? read = null;
        await Eventually.Is(async () => (read = await reader.BasicGetAsync("kept", autoAck: true)) is not null);
        Assert.Equal("still here", Encoding.UTF8.GetString(read!.Body.Span));
    }

    [Fact]
    public async Task Should_be_silent_while_it_is_paused()
    {
        await using var host = await _server.NewVirtualHost();
        await using var connection = await Connect(host.Url);

        _server.Pause();
        var opened = connection.CreateChannelAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => opened.WaitAsync(TimeSpan.FromSeconds(1)));
        _server.Continue();

        await using var channel = await opened;
        Assert.True(channel.IsOpen);
    }

    [Fact]
    public async Task Should_keep_virtual_hosts_apart()
    {
        await using var one = await _server.NewVirtualHost();
        await using var other = await _server.NewVirtualHost();
        await using var connection = await Connect(one.Url);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("mine", durable: true, exclusive: false, autoDelete: false, Quorum);
        await channel.BasicPublishAsync("", "mine", Encoding.UTF8.GetBytes("1"));

        await Eventually.Is(async () => await one.Management.Queue("mine") is { Messages: 1 });
        await Eventually.Is(async () => await one.Management.Connections() == 1);
        Assert.Equal("quorum", (await one.Management.Queue("mine"))!.Arguments["x-queue-type"]);
        Assert.Empty(await other.Management.Queues());
        Assert.Equal(0, await other.Management.Connections());
    }

    [Fact]
    public async Task Should_block_publishers_while_it_is_short_of_memory()
    {
        await using var host = await _server.NewVirtualHost();
        await using var connection = await Connect(host.Url);
        var (blocked, unblocked) = (new TaskCompletionSource(), new TaskCompletionSource());
        connection.ConnectionBlockedAsync += (_, _) => Task.FromResult(blocked.TrySetResult());
        connection.ConnectionUnblockedAsync += (_, _) => Task.FromResult(unblocked.TrySetResult());

        _server.RaiseMemoryAlarm();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync("", "nobody", Encoding.UTF8.GetBytes("1"));
        await blocked.Task.WaitAsync(TimeSpan.FromSeconds(10));

        _server.ClearMemoryAlarm();
        await unblocked.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Should_show_a_certificate_of_its_own_authority()
    {
        await using var host = await _server.NewVirtualHost();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(_server.CaPath!);
        var factory = new ConnectionFactory { Uri = new Uri(host.TlsUrl!) };
        factory.Ssl.CertificateValidationCallback = (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            return chain.Build((X509Certificate2)certificate!);
        };

        await using var connection = await factory.CreateConnectionAsync();
        Assert.True(connection.IsOpen);
    }

    public void Dispose() => _server.Dispose();

    private static Dictionary<string, object?> Quorum => new() { ["x-queue-type"] = "quorum" };

    private static Task<IConnection> Connect(string url) =>
        new ConnectionFactory { Uri = new Uri(url), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
}
