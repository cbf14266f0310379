using System.Collections.Concurrent;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace GroupCommit.Specs.Outbox;

[GenerateSerializer, Immutable, Alias("specs.happened")]
public sealed record Happened([property: Id(0)] int Number);

/// <summary>What the listeners of a spec have taken, by stream, and how they behave.</summary>
public sealed class Deliveries
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _taken = new();

    /// <summary>Called before an event counts as taken: throws, waits, counts.</summary>
    public Func<string, int, Task> OnEvent { get; set; } = (_, _) => Task.CompletedTask;

    public int[] this[string stream] => _taken.TryGetValue(stream, out var taken) ? [.. taken] : [];

    public int Count => _taken.Values.Sum(taken => taken.Count);

    /// <summary>The sizes of the batches that batch listeners got.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    public async Task Take(string stream, Happened happened)
    {
        await OnEvent(stream, happened.Number);
        _taken.GetOrAdd(stream, _ => new ConcurrentQueue<int>()).Enqueue(happened.Number);
    }
}

[Alias("specs.listener")]
public interface IListenerGrain : IGrainWithStringKey;

/// <summary>Takes events one by one.</summary>
[ImplicitStreamSubscription("single")]
public sealed class ListenerGrain(Deliveries deliveries) : Grain, IListenerGrain, IStreamSubscriptionObserver, IAsyncObserver<Happened>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happened>().ResumeAsync(this);

    public Task OnNextAsync(Happened item, StreamSequenceToken? token = null) => deliveries.Take(this.GetPrimaryKeyString(), item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

[Alias("specs.batch-listener")]
public interface IBatchListenerGrain : IGrainWithStringKey;

/// <summary>Takes whatever comes together.</summary>
[ImplicitStreamSubscription("batch")]
public sealed class BatchListenerGrain(Deliveries deliveries) : Grain, IBatchListenerGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<Happened>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happened>().ResumeAsync(this);

    public async Task OnNextAsync(IList<SequentialItem<Happened>> items)
    {
        foreach (var item in items)
            await deliveries.Take(this.GetPrimaryKeyString(), item.Item);

        deliveries.Batches.Enqueue(items.Count);
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

[Alias("specs.pair-listener")]
public interface IPairListenerGrain : IGrainWithStringKey;

/// <summary>One of two subscribers of the same streams.</summary>
[ImplicitStreamSubscription("pair")]
public sealed class FirstOfPairGrain(Deliveries deliveries) : Grain, IPairListenerGrain, IStreamSubscriptionObserver, IAsyncObserver<Happened>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happened>().ResumeAsync(this);

    public Task OnNextAsync(Happened item, StreamSequenceToken? token = null) => deliveries.Take($"first:{this.GetPrimaryKeyString()}", item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>Subscribes to the same streams as <see cref="FirstOfPairGrain"/>.</summary>
[ImplicitStreamSubscription("pair")]
public sealed class SecondOfPairGrain(Deliveries deliveries) : Grain, IPairListenerGrain, IStreamSubscriptionObserver, IAsyncObserver<Happened>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happened>().ResumeAsync(this);

    public Task OnNextAsync(Happened item, StreamSequenceToken? token = null) => deliveries.Take($"second:{this.GetPrimaryKeyString()}", item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

[Alias("specs.publisher")]
public interface IPublisherGrain : IGrainWithStringKey
{
    [Alias("Publish")]
    Task Publish(string streamNamespace, string key, int[] numbers);
}

public sealed class PublisherGrain : Grain, IPublisherGrain
{
    public Task Publish(string streamNamespace, string key, int[] numbers) =>
        this.GetStreamProvider(SiloUnderTest.Provider).GetStream<Happened>(StreamId.Create(streamNamespace, key))
            .OnNextBatchAsync(numbers.Select(number => new Happened(number)));
}
