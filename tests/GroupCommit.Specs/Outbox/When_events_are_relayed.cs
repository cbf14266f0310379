using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;

namespace GroupCommit.Specs.Outbox;

public sealed class When_events_are_relayed
{
    private readonly SpecBroker _broker = new();

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_publish_each_stream_in_order_and_remove_what_was_published(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await Start(database);
        string[] keys = [.. Enumerable.Range(0, 16).Select(n => $"key-{n}")];
        await Task.WhenAll(keys.Select(async key =>
        {
            for (var number = 0; number < 63; number++)
                await silo.Publish("ns", key, number);
        }));

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.All(keys, key => Assert.Equal(Enumerable.Range(0, 63), _broker[key]));
        Assert.Equal(1, _broker.MostOfAStream);
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_publish_together_what_came_while_the_stream_was_busy_and_let_others_go_on(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var begun = new TaskCompletionSource();
        var busy = new TaskCompletionSource();
        _broker.OnPublish = (key, numbers) =>
        {
            if (key != "busy" || numbers[0] != 0)
                return Task.CompletedTask;

            begun.TrySetResult();
            return busy.Task;
        };
        await using var silo = await Start(database, options => (options.MaximumBatch, options.MaximumConcurrency) = (40, 2));
        await silo.Publish("ns", "busy", 0);
        await begun.Task.WaitAsync(Eventually.Limit);
        for (var number = 1; number <= 100; number++)
        {
            await silo.Publish("ns", "busy", number);
            await silo.Publish("ns", "other", number);
        }

        await Eventually.Is(() => _broker["other"].Length == 100, "the other stream flows");
        Assert.Empty(_broker["busy"]);
        _broker.Batches.Clear();

        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 101), _broker["busy"]);
        Assert.Equal([1, 40, 40, 20], _broker.Batches);
    }

    [Fact]
    public async Task Should_not_publish_more_streams_at_once_than_it_may()
    {
        using var database = new MemoryDatabase();
        var busy = new TaskCompletionSource();
        _broker.OnPublish = (_, _) => busy.Task;
        await using var silo = await Start(database, options => options.MaximumConcurrency = 3);
        for (var stream = 0; stream < 10; stream++)
            await silo.Publish("ns", $"key-{stream}", stream);

        await Eventually.Is(() => _broker.MostAtOnce == 3, "all slots are taken");
        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(3, _broker.MostAtOnce);
    }

    [Fact]
    public async Task Should_let_nothing_of_whoever_committed_or_started_travel_along()
    {
        using var database = new MemoryDatabase();
        using var activity = new Activity("starting and committing").Start();
        RequestContext.Set("who", "me");
        await using var silo = await Start(database);
        await silo.Publish("ns", "a", 1);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        await silo.Publish("ns", "a", 2);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");

        Assert.Equal([1, 2], _broker["a"]);
        Assert.Empty(_broker.Stowaways);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_reach_grains_through_a_provider_of_Orleans(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var deliveries = new Deliveries();
        await using var silo = await SiloUnderTest.Start(
            database, deliveries, silo => silo.AddMemoryStreams(SiloUnderTest.Provider).AddOutboxRelay(SiloUnderTest.Provider).AddMemoryGrainStorage("PubSubStore"));
        for (var number = 0; number < 50; number++)
        {
            await silo.Publish("single", "a", number);
            await silo.Publish("batch", "b", number);
        }

        await Eventually.Is(() => deliveries.Count == 100, "all are delivered");
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 50), deliveries["a"]);
        Assert.Equal(Enumerable.Range(0, 50), deliveries["b"]);

        // Whoever publishes without the outbox uses the same streams.
        await silo.Grains.GetGrain<IPublisherGrain>("p").Publish("single", "a", [50]);
        await Eventually.Is(() => deliveries["a"].Length == 51, "it is delivered");
    }

    [Fact]
    public async Task Should_let_grains_publish_to_it()
    {
        using var database = new MemoryDatabase();
        await using var silo = await Start(database);

        silo.Services.GetRequiredService<IOutboxProviders>().Require(SiloUnderTest.Provider);
    }

    private Task<SiloUnderTest> Start(DatabaseUnderTest database, Action<OutboxRelayOptions>? configure = null) =>
        SiloUnderTest.Start(database, new Deliveries(), silo => _broker.Use(silo, configure));
}
