using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Streams;

namespace RabbitMq.Specs.Receiving;

/// <summary>Subscriptions that are made and ended at run time, kept in the memory of the silo.</summary>
public sealed class When_somebody_subscribes_explicitly : BrokerSpec
{
    private readonly ConcurrentQueue<string> _heard = new();

    [Fact]
    public async Task Should_give_all_to_each_of_two_subscribers()
    {
        await using var silos = await Start();
        var stream = Stream(silos);
        await Subscribe(stream, "one");
        await Subscribe(stream, "two");
        var ids = Enumerable.Range(0, 20).Select(i => $"{i}").ToList();
        foreach (var id in ids)
            await stream.OnNextAsync(new Note(id));

        await Eventually.Is(() => _heard.Count >= 40);
        await Host.Management.AllAreEmpty();
        Assert.Equal(ids.Select(id => $"one {id}"), _heard.Where(heard => heard.StartsWith("one", StringComparison.Ordinal)));
        Assert.Equal(ids.Select(id => $"two {id}"), _heard.Where(heard => heard.StartsWith("two", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_give_a_late_subscriber_what_comes_after_him()
    {
        await using var silos = await Start();
        using var measured = new Measurements(silos.Services);
        var stream = Stream(silos);
        await stream.OnNextAsync(new Note("before"));
        await Eventually.Is(() => measured["unheard"] == 1);
        await Subscribe(stream, "late");
        // The pulling agent shakes hands with him after he was told that he has subscribed: what comes in between may be unheard still.
        var published = 0;
        await Eventually.Is(async () =>
        {
            await stream.OnNextAsync(new Note($"{published++}"));
            return !_heard.IsEmpty;
        });
        for (var i = 0; i < 10; i++)
            await stream.OnNextAsync(new Note($"{published++}"));

        await Eventually.Is(() => _heard.Contains($"late {published - 1}"));
        await Host.Management.AllAreEmpty();
        Assert.Equal(Enumerable.Range(published - _heard.Count, _heard.Count).Select(i => $"late {i}"), _heard);
        Assert.Equal(1 + published, measured["unheard"] + measured["delivered"]);
    }

    [Fact]
    public async Task Should_end_with_the_subscription_also_in_the_middle_of_a_delivery()
    {
        await using var silos = await Start();
        var stream = Stream(silos);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leaving = await stream.SubscribeAsync(async (note, _) =>
        {
            arrived.TrySetResult();
            await gate.Task;
            _heard.Enqueue($"leaving {note.Id}");
        });
        await Subscribe(stream, "staying");
        await stream.OnNextAsync(new Note("1"));
        await arrived.Task.Soon();
        await leaving.UnsubscribeAsync().Soon();
        gate.SetResult();
        await stream.OnNextAsync(new Note("2"));

        await Eventually.Is(() => _heard.Contains("staying 2"));
        await Host.Management.AllAreEmpty();
        Assert.DoesNotContain("leaving 2", _heard);
        Assert.Equal(["staying 1", "staying 2"], _heard.Where(heard => heard.StartsWith("staying", StringComparison.Ordinal)));
    }

    private static IAsyncStream<Note> Stream(Silos silos) => silos.StreamProvider.GetStream<Note>(StreamId.Create("letters", "a"));

    private Task<StreamSubscriptionHandle<Note>> Subscribe(IAsyncStream<Note> stream, string who) => stream.SubscribeAsync((note, _) =>
    {
        _heard.Enqueue($"{who} {note.Id}");
        return Task.CompletedTask;
    });

    private Task<Silos> Start() => Silos.Start(Url, and: silo =>
    {
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.Services.PostConfigureAll<StreamPubSubOptions>(options => options.PubSubType = StreamPubSubType.ExplicitGrainBasedAndImplicit);
    });
}
