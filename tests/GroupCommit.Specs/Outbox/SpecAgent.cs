using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.Streams.Settling;

namespace GroupCommit.Specs.Outbox;

/// <summary>What the agent does, step by step.</summary>
internal sealed class SpecAgent : IAsyncDisposable
{
    public static readonly StreamId Stream = StreamId.Create("ns", "a");

    private readonly MemoryDatabase _database = new();
    private readonly MemoryStore _store;
    private readonly OutboxDispatcher _dispatcher;
    private readonly ServiceProvider _services;
    private readonly Serializer _serializer;
    private readonly QueueId _queue;
    private OutboxReceiver _receiver = null!;
    private SettlingCache<OutboxBatch> _cache = null!;

    [SuppressMessage("Reliability", "CA2000", Justification = "The dispatcher disposes what it is made of.")]
    private SpecAgent()
    {
        _store = new MemoryStore(_database);
        var options = new OutboxStreamOptions { QueueCount = 1, SettlingDelay = TimeSpan.Zero };
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, "q");
        _queue = mapper.GetAllQueues().Single();
        _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        _serializer = _services.GetRequiredService<Serializer>();
        var buffer = new OutboxBuffer("p", options.Limits, mapper);
        var flow = new OutboxFlow(
            "p",
            buffer,
            new OutboxSettler(_store, buffer, TimeSpan.Zero, TimeProvider.System, NullLogger<OutboxSettler>.Instance),
            new OutboxMetrics("p", TimeProvider.System, null),
            _store,
            new LogFormats(_services, _serializer),
            TimeProvider.System,
            NullLogger<OutboxFlow>.Instance);
        _dispatcher = new OutboxDispatcher(flow, options, TimeProvider.System, NullLogger<OutboxDispatcher>.Instance);
        new OutboxHub(_store).Add(flow);
    }

    public MemoryStore Database => _store;

    public int Waiting => _database.Waiting;

    public IReadOnlyDictionary<long, string> Quarantined => _database.Quarantined;

    public static async Task<SpecAgent> WithRows(int count)
    {
        var agent = new SpecAgent();
        await agent.Publish(count);
        await agent.Start();
        return agent;
    }

    public Task<bool> Publish(int count) => _store.Commit(new OutboxAppend([.. Enumerable.Range(0, count).Select(number =>
        new OutboxRow(0, "p", "ns", "a", _serializer.SerializeToArray<object>(new Happened(number)), default))]));

    public async Task Start()
    {
        _cache = new SettlingCache<OutboxBatch>(_dispatcher);
        _receiver = new OutboxReceiver(_dispatcher, _queue);
        await _receiver.Initialize(Eventually.Limit);
        await Pull();
    }

    public async Task<IList<IBatchContainer>> Pull()
    {
        IList<IBatchContainer> batches = [];
        await Eventually.Is(async () => (batches = await _receiver.GetQueueMessagesAsync(10, CancellationToken.None)).Count > 0, "there is a batch");
        _cache.AddToCache(batches);
        return batches;
    }

    public async Task<IList<IBatchContainer>> TryPull()
    {
        var batches = await Read();
        _cache.AddToCache(batches);
        return batches;
    }

    public Task<IList<IBatchContainer>> Read() => _receiver.GetQueueMessagesAsync(10, CancellationToken.None);

    public IQueueCacheCursor Attach() => _cache.TryGetCacheCursor(Stream, null).Cursor!;

    /// <summary>A placeholder, then the subscribers, then the placeholder goes and reading goes on.</summary>
    public IQueueCacheCursor[] Register(int subscribers)
    {
        var placeholder = Attach();
        IQueueCacheCursor[] cursors = [.. Enumerable.Range(0, subscribers).Select(_ => Attach())];
        placeholder.Dispose();
        Purge();
        return cursors;
    }

    public void Purge() => Assert.False(_cache.TryPurgeFromCache(out _));

    /// <summary>Deliveries have ended; the cursors go; the receiver is closed.</summary>
    public async Task Stop(params IQueueCacheCursor[] subscribers)
    {
        foreach (var subscriber in subscribers)
            subscriber.Dispose();

        await _receiver.Shutdown(Eventually.Limit);
    }

    public async Task Settled(int waiting, int quarantined)
    {
        await Eventually.Is(() => _database.Waiting == waiting, $"{waiting} rows wait");
        Assert.Equal(quarantined, _database.Quarantined.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.Shutdown(Eventually.Limit);
        _dispatcher.Dispose();
        await _store.DisposeAsync();
    }
}
