using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Streams;
using Orleans.Streams.RabbitMQ;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Streams;

/// <summary>A silo with one stream provider, and the streams that are known to it.</summary>
internal sealed class StreamSilo : IAsyncDisposable
{
    public const string Provider = "bench";

    private static readonly TimeSpan WarmLimit = TimeSpan.FromSeconds(30);

    private readonly BenchSilo _silo;
    private readonly int _weight;

    private StreamSilo(BenchSilo silo, Sink sink)
    {
        (_silo, Sink) = (silo, sink);
        var provider = silo.Services.GetRequiredKeyedService<IStreamProvider>(Provider);
        Streams = [.. Keys().Select(key => provider.GetStream<BenchEvent>(StreamId.Create(SinkGrain.Namespace, key)))];
        _weight = StreamSettings.BodyBytes;
        _weight -= BodyOf(new OrleansWireFormat(silo.Serializer)) - StreamSettings.BodyBytes;
    }

    public IServiceProvider Services => _silo.Services;

    public Sink Sink { get; }

    public IReadOnlyList<IAsyncStream<BenchEvent>> Streams { get; }

    /// <param name="name">Of the cluster.</param>
    /// <param name="options">What is special about it; the address is set.</param>
    /// <param name="broker">Where the queues are.</param>
    /// <param name="reads">Whether anybody reads the queues.</param>
    public static async Task<StreamSilo> StartRabbitMq(string name, Uri broker, Action<RabbitMqStreamOptions> options, bool reads = true)
    {
        var sink = new Sink();
        return await Ready(new StreamSilo(await BenchSilo.Start(name, silo => Add(silo, sink).AddRabbitMqStreams(
            Provider,
            rabbit =>
            {
                (rabbit.Name, rabbit.ConnectionString, rabbit.QueueCount) = (name, broker.ToString(), StreamSettings.Queues);
                options(rabbit);
            },
            streams =>
            {
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                if (!reads)
                    streams.ConfigureLifecycle(life => life.Configure(o => o.StartupState = StreamLifecycleOptions.RunState.AgentsStopped));
            })), sink), reads);
    }

    /// <summary>Orleans' own streams that keep nothing.</summary>
    public static async Task<StreamSilo> StartMemory(string name)
    {
        var sink = new Sink();
        return await Ready(new StreamSilo(await BenchSilo.Start(name, silo => Add(silo, sink).AddMemoryStreams(Provider, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitioning(StreamSettings.Queues);
        })), sink), reads: true);
    }

    /// <summary>An event that makes a message of <see cref="StreamSettings.BodyBytes"/> in Orleans' bytes.</summary>
    public BenchEvent Event(long number, int caller, bool isLast = true, long dueAt = 0) =>
        // A text of its own: the serializer writes the same object only once into a batch.
        new(number, caller, isLast, dueAt, new string('x', _weight));

    public int BodyOf(IRabbitMqWireFormat format) => format.Write([Event(1, 1, dueAt: Stopwatch.GetTimestamp())], null)[0].Body.Length;

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    private static ISiloBuilder Add(ISiloBuilder silo, Sink sink)
    {
        silo.Services.AddSingleton(sink);
        return silo;
    }

    /// <summary>Every stream has been used, and has its grain.</summary>
    private static async Task<StreamSilo> Ready(StreamSilo silo, bool reads)
    {
        var unseen = StreamSettings.Streams;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Sink.Seen = _ =>
        {
            if (Interlocked.Decrement(ref unseen) == 0)
                all.TrySetResult();
        };
        foreach (var stream in silo.Streams)
            await stream.OnNextAsync(silo.Event(0, 0));
        if (reads)
            await all.Task.WaitAsync(WarmLimit);
        silo.Sink.Seen = _ => { };
        return silo;
    }

    /// <summary>Names of streams, so chosen that each queue has equally many: the bare client's messages are spread so, too.</summary>
    private static IEnumerable<string> Keys()
    {
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = StreamSettings.Queues }, Provider);
        return Enumerable.Range(0, int.MaxValue).Select(n => $"stream-{n}").Take(10_000)
            .GroupBy(key => mapper.GetQueueForStream(StreamId.Create(SinkGrain.Namespace, key)))
            .SelectMany(queue => queue.Take(StreamSettings.Streams / StreamSettings.Queues));
    }
}
