using Orleans.Streams.RabbitMQ.Topology;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Streams.Publish;

/// <summary>The provider, as an application calls it: each caller waits for one event. Nobody reads the queues.</summary>
internal sealed class ProviderClient(StreamSilo silo) : IPublisherUnderTest, IAsyncDisposable
{
    private const string Prefix = "bench-publish";

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    public string Name => "provider";

    public IEnumerable<string> Queues => Enumerable.Range(0, StreamSettings.Queues).Select(new Names(Prefix).Queue);

    public static async Task<ProviderClient> Start(Uri amqp) => new(await StreamSilo.StartRabbitMq(Prefix, amqp, _ => { }, reads: false));

    public Task<Round> Run(int inFlight, TimeSpan warmup, TimeSpan window, CpuClock clock, CancellationToken cancel) =>
        ClosedLoop.Run(
            inFlight, (caller, n) => silo.Streams[(int)((caller + n) % StreamSettings.Streams)].OnNextAsync(silo.Event(n, caller)), warmup, window, clock, cancel)
            .WaitAsync(warmup + window + EndLimit, cancel);

    public ValueTask DisposeAsync() => silo.DisposeAsync();
}
