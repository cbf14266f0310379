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

    private readonly DatabaseUnderTest _database;

    private SiloUnderTest(InProcessTestCluster cluster, DatabaseUnderTest database, LogLines log)
    {
        _cluster = cluster;
        _database = database;
        Log = log;
    }

    public ICommitter Committer => Services.GetRequiredService<ICommitter>();

    public LogLines Log { get; }

    public IServiceProvider Services => _cluster.GetSiloServiceProvider();

    public IGrainFactory Grains => _cluster.Client;

    public static Task<SiloUnderTest> Start(DatabaseUnderTest database, Deliveries deliveries, Action<OutboxStreamOptions>? configure = null) =>
        Start(database, deliveries, silo => silo.AddOutboxStreams(Provider, configure));

    /// <param name="database">Outlives it.</param>
    /// <param name="deliveries">What its grains do with events.</param>
    /// <param name="streams">Adds what has to be there under the name <see cref="Provider"/>.</param>
    public static async Task<SiloUnderTest> Start(DatabaseUnderTest database, Deliveries deliveries, Action<ISiloBuilder> streams)
    {
        var log = new LogLines();
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = SpecDatabase.ServiceId;
        builder.ConfigureSilo((_, silo) =>
        {
            database.Use(silo);
            silo.Services.AddSingleton(deliveries);
            silo.Services.AddSingleton<ILoggerProvider>(log);
            streams(silo);
        });

        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new SiloUnderTest(cluster, database, log);
    }

    /// <summary>What a grain's commit does with the events it carries.</summary>
    public Task Publish(string streamNamespace, string key, params int[] numbers)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        return Committer.Commit(new OutboxAppend([.. numbers.Select(number => Row(serializer, streamNamespace, key, number))]));
    }

    /// <summary>The same, of a grain that logs it: an event of an entity that is called as the stream is.</summary>
    public Task Record(string streamNamespace, string key, int number) =>
        Record(streamNamespace, key, number, Services.GetRequiredService<Serializer>().SerializeToArray<object>(new Happened(number)));

    public Task RecordUnreadable(string streamNamespace, string key, int number) => Record(streamNamespace, key, number, [0xFF, 0x01, 0x02]);

    public Task PublishUnreadable(string streamNamespace, string key, int count = 1) => Committer.Commit(
        new OutboxAppend([.. Enumerable.Range(0, count).Select(_ =>
            new OutboxRow(0, Provider, streamNamespace, key, new byte[] { 0xFF, 0x01, 0x02 }, DateTimeOffset.UnixEpoch))]));

    public Task Stop()
    {
        _ended = true;
        return _cluster.StopAllSilosAsync();
    }

    /// <summary>Ends without any farewell: what was not durable is gone.</summary>
    public async Task Kill()
    {
        _ended = true;
        _database.Kill();
        await _cluster.KillSiloAsync(_cluster.Silos[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended)
            await Stop();

        await _cluster.DisposeAsync();
    }

    private Task<bool> Record(string streamNamespace, string key, int number, byte[] payload) => Committer.Commit(new GrainWrite(
        new RowId("logged", $"{key}-{number}"), 0, new byte[] { 1 }, [],
        [new OutboxRow(0, Provider, streamNamespace, key, payload, DateTimeOffset.UtcNow) { Place = new LogPlace("log", key, number) }], []));

    private static OutboxRow Row(Serializer serializer, string streamNamespace, string key, int number)
    {
        var happened = new Happened(number);
        return new OutboxRow(0, Provider, streamNamespace, key, serializer.SerializeToArray<object>(happened), DateTimeOffset.UtcNow) { Item = happened };
    }
}
