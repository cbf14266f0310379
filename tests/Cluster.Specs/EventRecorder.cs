using System.Collections.Concurrent;
using Orleans.Streams;
using Orleans.Streams.Core;
using Shop.Events;

namespace Shop.Cluster.Specs;

/// <summary>Listens to everything the shop publishes, as any consumer could: one grain per partition of each namespace.</summary>
[GrainType("event-recorder")]
[ImplicitStreamSubscription(ShopStreams.Orders), ImplicitStreamSubscription(ShopStreams.Stock), ImplicitStreamSubscription(ShopStreams.Payments)]
public sealed class EventRecorder(EventRecord record) : Grain, IEventRecorder, IStreamSubscriptionObserver, IAsyncBatchObserver<ShopEvent>
{
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<ShopEvent>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<ShopEvent>> items)
    {
        foreach (var item in items)
            record.Add(item.Item);
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

[Alias("spec.event-recorder"), GrainInterfaceType("spec.event-recorder")]
public interface IEventRecorder : IGrainWithStringKey;

/// <summary>What was delivered, by event id. Thread-safe; outlives the silo, so it sees what is delivered again after a kill.</summary>
public sealed class EventRecord
{
    private readonly ConcurrentDictionary<string, ShopEvent> events = [];
    private readonly ConcurrentBag<string> contradictions = [];

    public void Add(ShopEvent item)
    {
        var first = events.GetOrAdd(item.EventId, item);
        if (first.Fact.ToString() != item.Fact.ToString() || first.OccurredAt != item.OccurredAt)
            contradictions.Add($"{item.EventId} was {first.Fact}, then {item.Fact}");
    }

    /// <summary>The facts of one entity, in the order of their sequences; null while there is a gap.</summary>
    public IReadOnlyList<ShopEvent>? Of(string entity)
    {
        var facts = events.Values.Where(e => e.Entity == entity).OrderBy(e => e.Sequence).ToList();
        return facts.Select((e, i) => e.Sequence == i + 1).All(gapless => gapless) ? facts : null;
    }

    /// <summary>Events that came twice and were not the same.</summary>
    public IReadOnlyCollection<string> Contradictions => contradictions;
}
