using Orleans.Streams;
using Orleans.Streams.Core;

namespace Shop.Benches.Micro.Streams;

/// <summary>What the grains of one silo tell of what they see.</summary>
internal sealed class Sink
{
    /// <summary>Called by several grains at once. An exception is the subscriber's.</summary>
    public Action<BenchEvent> Seen { get; set; } = _ => { };
}

[Alias("bench.sink")]
internal interface ISinkGrain : IGrainWithStringKey;

/// <summary>One a stream, subscribed by its namespace.</summary>
[GrainType("bench-sink"), ImplicitStreamSubscription(Namespace)]
internal sealed class SinkGrain(Sink sink) : Grain, ISinkGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<BenchEvent>
{
    public const string Namespace = "bench";

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<BenchEvent>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<BenchEvent>> items)
    {
        foreach (var item in items)
            sink.Seen(item.Item);
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
