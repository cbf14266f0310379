using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Outbox;

public sealed class When_a_silo_with_a_relay_ends
{
    private readonly SpecBroker _broker = new();

    [Fact]
    public async Task Should_publish_again_after_a_kill_what_was_not_removed()
    {
        using var database = new MemoryDatabase();
        await using (var killed = await Start(database))
        {
            database.Store.Refuse = request => request is OutboxRemove;
            await killed.Publish("ns", "a", 1, 2);
            await Eventually.Is(() => _broker["a"].Length == 2, "they are published");
            await killed.Kill();
        }

        await using var silo = await Start(database);
        await silo.Publish("ns", "a", 3);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1, 2, 1, 2, 3], _broker["a"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_publish_after_the_next_start_what_was_not_published_before(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _broker.OnPublish = (_, numbers) => numbers[^1] < 5 ? Task.CompletedTask : throw new IOException("Down.");
        await using (var killed = await Start(database, options => options.MaximumBatch = 1))
        {
            for (var number = 0; number < 1_200; number++)
                await killed.Publish("ns", "a", number);

            await Eventually.Is(() => database.Waiting == 1_195, "what the provider takes is published and removed");
            await killed.Kill();
        }

        _broker.OnPublish = (_, _) => Task.CompletedTask;
        await using var silo = await Start(database);
        for (var number = 1_200; number < 1_300; number++)
            await silo.Publish("ns", "a", number);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 1_300), _broker["a"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_publish_what_is_in_memory_and_remove_it(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var begun = new TaskCompletionSource();
        var busy = new TaskCompletionSource();
        _broker.OnPublish = (_, _) =>
        {
            begun.TrySetResult();
            return busy.Task;
        };
        var farewell = new Farewell();
        await using var silo = await SiloUnderTest.Start(database, new Deliveries(), silo =>
            _broker.Use(silo, options => options.SettlingDelay = TimeSpan.FromHours(1)).Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(farewell));
        await silo.Publish("ns", "a", 1);
        await begun.Task.WaitAsync(Eventually.Limit);
        await silo.Publish("ns", "a", 2);

        var stopping = silo.Stop();
        await farewell.Said.WaitAsync(Eventually.Limit);
        busy.SetResult();
        await stopping;

        Assert.Equal([1, 2], _broker["a"]);
        Assert.Equal(0, database.Waiting);
    }

    [Fact]
    public async Task Should_not_wait_for_ever_for_a_call_that_does_not_end()
    {
        using var database = new MemoryDatabase();
        var begun = new TaskCompletionSource();
        _broker.OnPublish = (_, _) =>
        {
            begun.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await using var silo = await Start(database, options => options.StopTimeout = TimeSpan.FromMilliseconds(100));
        await silo.Publish("ns", "a", 1);
        await begun.Task.WaitAsync(Eventually.Limit);

        await silo.Stop().WaitAsync(Eventually.Limit);

        Assert.Equal(1, database.Waiting);
        Assert.Single(silo.Log.At(LogLevel.Warning), line => line.Contains("before stream provider", StringComparison.Ordinal));
    }

    private Task<SiloUnderTest> Start(DatabaseUnderTest database, Action<OutboxRelayOptions>? configure = null) =>
        SiloUnderTest.Start(database, new Deliveries(), silo => _broker.Use(silo, configure));

    /// <summary>Hears of the silo's stop right before the relay does.</summary>
    private sealed class Farewell : ILifecycleParticipant<ISiloLifecycle>
    {
        private readonly TaskCompletionSource _said = new();

        public Task Said => _said.Task;

        public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(Farewell), ServiceLifecycleStage.ApplicationServices + 1, _ => Task.CompletedTask, _ =>
        {
            _said.TrySetResult();
            return Task.CompletedTask;
        });
    }
}
