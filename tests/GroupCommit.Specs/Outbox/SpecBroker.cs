using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Streams;

namespace GroupCommit.Specs.Outbox;

/// <summary>The queue behind an Orleans stream provider, which only takes: what it took, in which order, and how it behaves. Outlives silos.</summary>
internal sealed class SpecBroker : IQueueAdapter, IQueueAdapterFactory
{
    private readonly HashRingBasedStreamQueueMapper _mapper = new(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, "broker");
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _taken = new();
    private readonly ConcurrentDictionary<string, int> _underWay = new();

    public string Name => SiloUnderTest.Provider;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    /// <summary>Called before a batch counts as taken: throws, waits, counts.</summary>
    public Func<string, int[], Task> OnPublish { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The sizes of the batches it took.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    /// <summary>Of all streams together, and of one stream, the most calls that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    public int MostOfAStream { get; private set; }

    /// <summary>What came along and should not: an activity, a request context.</summary>
    public ConcurrentQueue<string> Stowaways { get; } = new();

    public int Count => _taken.Values.Sum(taken => taken.Count);

    public int[] this[string stream] => _taken.TryGetValue(stream, out var taken) ? [.. taken] : [];

    public async Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (Activity.Current is { } activity)
            Stowaways.Enqueue(activity.DisplayName);
        if (requestContext is { Count: > 0 })
            Stowaways.Enqueue(string.Join(',', requestContext.Keys));

        var key = streamId.GetKeyAsString();
        int[] numbers = [.. events.Cast<Happened>().Select(happened => happened.Number)];
        var ofThis = _underWay.AddOrUpdate(key, 1, (_, before) => before + 1);
        lock (_mapper)
            (MostOfAStream, MostAtOnce) = (Math.Max(MostOfAStream, ofThis), Math.Max(MostAtOnce, _underWay.Values.Sum()));
        try
        {
            await OnPublish(key, numbers);
            // First: who has seen the last number may look at the batches.
            Batches.Enqueue(numbers.Length);
            var taken = _taken.GetOrAdd(key, _ => new ConcurrentQueue<int>());
            foreach (var number in numbers)
                taken.Enqueue(number);
        }
        finally
        {
            _underWay.AddOrUpdate(key, 0, (_, before) => before - 1);
        }
    }

    /// <summary>Makes it a stream provider of the silo that the outbox is relayed to.</summary>
    public ISiloBuilder Use(ISiloBuilder silo, Action<OutboxRelayOptions>? configure) =>
        silo.AddPersistentStreams(SiloUnderTest.Provider, (_, _) => this, streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly)).AddOutboxRelay(SiloUnderTest.Provider, configure);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new Silent();

    [Obsolete("Required by the interface.")]
    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => null!;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    private sealed class Silent : IQueueAdapterReceiver
    {
        public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

        [Obsolete("Required by the interface.")]
        public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => Task.FromResult<IList<IBatchContainer>>([]);

        public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken) => Task.FromResult<IList<IBatchContainer>>([]);

        [Obsolete("Required by the interface.")]
        public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

        public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
    }
}
