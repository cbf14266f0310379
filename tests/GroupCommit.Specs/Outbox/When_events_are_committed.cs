using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Outbox;

namespace GroupCommit.Specs.Outbox;

public sealed class When_events_are_committed
{
    private readonly Deliveries _deliveries = new();

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_them_in_order_and_remove_them(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        string[] keys = [.. Enumerable.Range(0, 20).Select(n => $"key-{n}")];
        for (var number = 0; number < 50; number++)
        {
            foreach (var key in keys)
                await silo.Publish("single", key, number);
        }

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.All(keys, key => Assert.Equal(Enumerable.Range(0, 50), _deliveries[key]));
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_give_a_batch_listener_together_what_arrived_while_it_was_busy(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var begun = new TaskCompletionSource();
        var busy = new TaskCompletionSource();
        _deliveries.OnEvent = (_, number) =>
        {
            begun.TrySetResult();
            return number == 0 ? busy.Task : Task.CompletedTask;
        };
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options => options.MaximumBatch = 40);
        await silo.Publish("batch", "a", 0);
        await begun.Task.WaitAsync(Eventually.Limit);
        for (var number = 1; number <= 100; number++)
            await silo.Publish("batch", "a", number);

        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 101), _deliveries["a"]);
        Assert.Equal([1, 40, 40, 20], _deliveries.Batches);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_remove_an_event_only_when_every_subscriber_has_taken_it(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var busy = new TaskCompletionSource();
        _deliveries.OnEvent = (stream, _) => stream.StartsWith("second", StringComparison.Ordinal) ? busy.Task : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        await silo.Publish("pair", "a", 1);
        await Eventually.Is(() => _deliveries["first:a"].Length == 1, "the first subscriber has it");
        Assert.Equal(1, database.Waiting);

        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1], _deliveries["second:a"]);
        Assert.Equal([1], _deliveries["first:a"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_not_let_a_busy_stream_hold_back_others(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var busy = new TaskCompletionSource();
        _deliveries.OnEvent = (stream, _) => stream == "busy" ? busy.Task : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options => options.QueueCount = 1);
        for (var number = 0; number < 500; number++)
        {
            await silo.Publish("single", "busy", number);
            await silo.Publish("single", "other", number);
        }

        await Eventually.Is(() => _deliveries["other"].Length == 500, "the other stream flows");
        Assert.Empty(_deliveries["busy"]);

        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 500), _deliveries["busy"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_remove_those_nobody_listens_to_and_say_so_once(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        for (var number = 0; number < 10; number++)
        {
            await silo.Publish("void", "a", number);
            await silo.Publish("void", "b", number);
        }

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(0, _deliveries.Count);
        Assert.Empty(database.Quarantined);
        Assert.Single(silo.Log.At(LogLevel.Information), line => line.Contains("'void'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_try_again_when_the_database_refuses_to_remove_them()
    {
        using var database = new MemoryDatabase();
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        database.Store.Refuse = request => request is Orleans.Persistence.GroupCommit.Storage.OutboxRemove;
        await silo.Publish("single", "a", 1);
        await Eventually.Is(() => silo.Log.At(LogLevel.Error).Any(), "the refusal is logged");
        Assert.Equal(1, database.Waiting);

        database.Store.Refuse = _ => false;
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1], _deliveries["a"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_what_is_published_to_the_stream_itself(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        var busy = new TaskCompletionSource();
        _deliveries.OnEvent = (_, _) => busy.Task;
        await silo.Grains.GetGrain<IPublisherGrain>("p").Publish("single", "a", [1, 2, 3]);
        Assert.Equal(3, database.Waiting); // Durable when the call returns.

        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1, 2, 3], _deliveries["a"]);
    }

    [Fact]
    public async Task Should_refuse_a_provider_that_does_not_exist()
    {
        using var database = new MemoryDatabase();
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        var providers = silo.Services.GetRequiredService<IOutboxProviders>();
        providers.Require(SiloUnderTest.Provider);
        var refused = Assert.Throws<InvalidOperationException>(() => providers.Require("evnets"));
        Assert.Contains("'evnets'", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => ((IOutboxProviders?)null).Require(SiloUnderTest.Provider));
    }
}
