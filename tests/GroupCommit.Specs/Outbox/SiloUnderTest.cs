using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace GroupCommit.Specs.Outbox;

/// <summary>A silo with outbox streams over a database that outlives it.</summary>
internal sealed class SiloUnderTest : IAsyncDisposable
{
    public const string Provider = "events";

    private readonly InProcessTestCluster _cluster;
    private bool _ended;

    private SiloUnderTest(InProcessTestCluster cluster, MemoryStore store, LogLines log)
    {
        _cluster = cluster;
        Store = store;
        Log = log;
    }

    public MemoryStore Store { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _cluster.GetSiloServiceProvider();

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<SiloUnderTest> Start(MemoryDatabase database, Deliveries deliveries, Action<OutboxStreamOptions>? configure = null)
    {
        var store = new MemoryStore(database);
        var log = new LogLines();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<ICommitter>(store);
            silo.Services.AddSingleton<IDialect>(store);
            silo.Services.AddSingleton(deliveries);
            silo.Services.AddSingleton<ILoggerProvider>(log);
            silo.AddOutboxStreams(Provider, configure);
        });

        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new SiloUnderTest(cluster, store, log);
    }

    /// <summary>What a grain's commit does with the events it carries.</summary>
    public Task Publish(string streamNamespace, string key, params int[] numbers)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        return Store.Commit(new OutboxAppend([.. numbers.Select(number => Row(serializer, streamNamespace, key, number))]));
    }

    public Task PublishUnreadable(string streamNamespace, string key) => Store.Commit(
        new OutboxAppend([new OutboxRow(0, Provider, streamNamespace, key, new byte[] { 0xFF, 0x01, 0x02 }, DateTimeOffset.UnixEpoch)]));

    public Task Stop()
    {
        _ended = true;
        return _cluster.StopAllSilosAsync();
    }

    /// <summary>Ends without any farewell: what was not durable is gone.</summary>
    public async Task Kill()
    {
        _ended = true;
        Store.Kill();
        await _cluster.KillSiloAsync(_cluster.Silos[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended)
            await Stop();

        await _cluster.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static OutboxRow Row(Serializer serializer, string streamNamespace, string key, int number)
    {
        var happened = new Happened(number);
        return new OutboxRow(0, Provider, streamNamespace, key, serializer.SerializeToArray<object>(happened), DateTimeOffset.UtcNow) { Item = happened };
    }
}
