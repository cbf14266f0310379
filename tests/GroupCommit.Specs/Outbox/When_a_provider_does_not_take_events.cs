using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;
using Orleans.Serialization;

namespace GroupCommit.Specs.Outbox;

public sealed class When_a_provider_does_not_take_events
{
    private readonly SpecBroker _broker = new();

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_try_again_until_it_does_and_keep_the_order(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var failures = 0;
        _broker.OnPublish = (_, _) => Interlocked.Increment(ref failures) <= 3 ? throw new TimeoutException("No confirm.") : Task.CompletedTask;
        await using var silo = await Start(database);
        for (var number = 0; number < 20; number++)
            await silo.Publish("ns", "a", number);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 20), _broker["a"]);
        Assert.Empty(database.Quarantined);
        // Once, not at every try.
        Assert.Single(silo.Log.At(LogLevel.Warning), line => line.Contains("does not accept events", StringComparison.Ordinal));
        await Eventually.Is(() => silo.Log.At(LogLevel.Information).Any(line => line.Contains("again", StringComparison.Ordinal)), "the end is logged");
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_let_the_streams_go_on_that_it_takes(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var down = true;
        _broker.OnPublish = (key, _) => down && key != "well" ? throw new InvalidOperationException("Closed.") : Task.CompletedTask;
        await using var silo = await Start(database, options => options.MaximumConcurrency = 1);
        for (var number = 0; number < 50; number++)
        {
            await silo.Publish("ns", "ill", number);
            await silo.Publish("ns", "well", number);
        }

        await Eventually.Is(() => database.WaitingOf("well") == 0, "the healthy stream flows, though the other one is tried all the time");
        Assert.Equal(50, database.WaitingOf("ill"));

        down = false;
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 50), _broker["ill"]);
        Assert.Equal(Enumerable.Range(0, 50), _broker["well"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_keep_in_the_table_what_memory_may_not_hold(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var down = true;
        var largest = 0;
        _broker.OnPublish = (_, numbers) =>
        {
            largest = Math.Max(largest, numbers.Length);
            return down ? throw new InvalidOperationException("Closed.") : Task.CompletedTask;
        };
        await using var silo = await Start(database, options => (options.MemoryLimit, options.StreamLimit) = (32, 8));
        for (var number = 0; number < 200; number++)
        {
            await silo.Publish("ns", "a", number);
            await silo.Publish("ns", "b", number);
        }

        Assert.Equal(400, database.Waiting);
        down = false;
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 200), _broker["a"]);
        Assert.Equal(Enumerable.Range(0, 200), _broker["b"]);
        Assert.InRange(largest, 1, 8);
    }

    public static TheoryData<DatabaseKind, Exception> FaultsOfAnEvent()
    {
        Exception[] faults = [new ArgumentException("Too long."), new ArgumentOutOfRangeException("routingKey"), new NotSupportedException("Never."), new CodecNotFoundException("No codec.")];
        var data = new TheoryData<DatabaseKind, Exception>();
        foreach (var fault in faults)
            data.Add(DatabaseKind.Memory, fault);
        data.Add(DatabaseKind.Sqlite, faults[0]);
        data.Add(DatabaseKind.Postgres, faults[0]);
        return data;
    }

    [Theory, MemberData(nameof(FaultsOfAnEvent), DisableDiscoveryEnumeration = true)]
    public async Task Should_put_aside_the_one_event_that_can_never_be_published(DatabaseKind kind, Exception fault)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _broker.OnPublish = (_, numbers) => numbers.Contains(13) ? throw fault : Task.CompletedTask;
        await using var silo = await Start(database);
        await silo.Publish("ns", "a", [.. Enumerable.Range(0, 30)]);
        await silo.Publish("ns", "b", 13);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 30).Where(number => number != 13), _broker["a"]);
        Assert.Equal(2, database.Quarantined.Count);
        Assert.All(database.Quarantined.Values, reason => Assert.StartsWith($"Cannot be published: {fault.GetType().Name}: ", reason, StringComparison.Ordinal));
        Assert.Equal(2, silo.Log.At(LogLevel.Error).Count(line => line.Contains("put aside", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_not_take_a_broken_transport_for_the_fault_of_an_event()
    {
        using var database = new MemoryDatabase();
        var calls = 0;
        // Both at once: while the one at fault is looked for, the connection breaks.
        _broker.OnPublish = (_, numbers) =>
            Interlocked.Increment(ref calls) is 2 or 4 or 5 ? throw new IOException("Reset by peer.")
            : numbers.Contains(2) ? throw new ArgumentException("Too long.")
            : Task.CompletedTask;
        await using var silo = await Start(database);
        await silo.Publish("ns", "a", 0, 1, 2, 3);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([0, 1, 3], _broker["a"]);
        Assert.Single(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_aside_what_cannot_be_read_and_go_on(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await Start(database);
        await silo.Publish("ns", "a", 1);
        await silo.PublishUnreadable("ns", "a");
        await silo.Publish("ns", "a", 2);
        await silo.PublishUnreadable("ns", "b");

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1, 2], _broker["a"]);
        Assert.Equal(2, database.Quarantined.Count);

        await silo.Publish("ns", "b", 3);
        await Eventually.Is(() => _broker["b"] is [3], "a stream goes on after an unreadable event that was alone");
    }

    private Task<SiloUnderTest> Start(DatabaseUnderTest database, Action<OutboxRelayOptions>? configure = null) =>
        SiloUnderTest.Start(database, new Deliveries(), silo => _broker.Use(silo, configure));
}
