using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Outbox;

public sealed class When_a_subscriber_fails
{
    private readonly Deliveries _deliveries = new();

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_call_it_again_until_it_succeeds(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var calls = 0;
        _deliveries.OnEvent = (_, _) => Interlocked.Increment(ref calls) < 3 ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        await silo.Publish("single", "a", 1);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1], _deliveries["a"]);
        Assert.Equal(3, calls);
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_the_event_aside_when_its_time_is_over_while_neighbours_flow(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _deliveries.OnEvent = (stream, _) => stream == "poisoned" ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, QuickToGiveUp);
        await silo.Publish("single", "poisoned", 1);
        await silo.Publish("single", "poisoned", 2);
        await silo.Publish("single", "healthy", [.. Enumerable.Range(0, 100)]);

        await Eventually.Is(() => _deliveries["healthy"].Length == 100, "the neighbour flows");
        await Eventually.Is(() => database.Quarantined.Count == 2, "both are put aside");
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 100), _deliveries["healthy"]);
        Assert.All(database.Quarantined.Values, reason => Assert.Contains("subscriber failed", reason, StringComparison.Ordinal));
        Assert.Equal(2, silo.Log.At(LogLevel.Error).Count(line => line.Contains("put aside", StringComparison.Ordinal)));
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_aside_only_the_event_at_fault_of_those_that_were_delivered_together(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _deliveries.OnEvent = (_, number) => number == 13 ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, QuickToGiveUp);
        await silo.Publish("batch", "a", [.. Enumerable.Range(0, 30)]);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Single(database.Quarantined);
        // Those before it are repeated with every attempt of the batch; the order of the first deliveries stays.
        Assert.Equal(Enumerable.Range(0, 30).Where(number => number != 13), _deliveries["a"].Distinct());
        Assert.Single(_deliveries["a"], number => number == 14);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_aside_what_cannot_be_read_and_go_on(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        await silo.Publish("single", "a", 1);
        await silo.PublishUnreadable("single", "a");
        await silo.Publish("single", "a", 2);
        await silo.PublishUnreadable("single", "b");

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1, 2], _deliveries["a"]);
        Assert.Equal(2, database.Quarantined.Count);
        Assert.All(database.Quarantined.Values, reason => Assert.StartsWith("Cannot be read", reason, StringComparison.Ordinal));

        await silo.Publish("single", "b", 3);
        await Eventually.Is(() => _deliveries["b"] is [3], "a stream goes on after an unreadable event that was alone");
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_it_aside_when_only_one_of_two_subscribers_fails(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _deliveries.OnEvent = (stream, number) =>
            stream == "second:a" && number == 1 ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, QuickToGiveUp);
        await silo.Publish("pair", "a", 1);
        await Eventually.Is(() => database.Quarantined.Count == 1, "it is put aside");
        await silo.Publish("pair", "a", 2);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1, 2], _deliveries["first:a"]);
        Assert.Equal([2], _deliveries["second:a"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_again_for_as_long_as_it_takes_what_fails_for_an_outage(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var (away, calls) = (true, 0);
        _deliveries.OnEvent = (stream, _) =>
        {
            if (stream != "waiting")
                return Task.CompletedTask;
            Interlocked.Increment(ref calls);
            return Volatile.Read(ref away) ? throw new GroupCommitQueueFullException("Its database does not keep up.") : Task.CompletedTask;
        };
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options =>
        {
            QuickToGiveUp(options);
            options.IsOutage = fault => fault is GroupCommitQueueFullException;
        });
        await silo.Publish("single", "waiting", 1);
        await silo.Publish("single", "waiting", 2);

        // Far beyond the limit of any other failure, in which each would have been put aside alone.
        var started = TimeProvider.System.GetTimestamp();
        await Eventually.Is(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(2.5) && Volatile.Read(ref calls) > 10, "it was called often");
        await silo.Publish("single", "healthy", 1);
        await Eventually.Is(() => _deliveries["healthy"] is [1], "the neighbour flows");
        Assert.Empty(database.Quarantined);

        Volatile.Write(ref away, false);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([1, 2], _deliveries["waiting"]);
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory)]
    public async Task Should_put_aside_what_one_of_two_subscribers_blames_although_the_other_lacks_what_it_needs(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _deliveries.OnEvent = (stream, _) => throw (stream == "first:a" ? new TimeoutException("Away.") : new InvalidOperationException("Never."));
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options =>
        {
            QuickToGiveUp(options);
            options.IsOutage = fault => fault is TimeoutException;
        });
        await silo.Publish("pair", "a", 1);

        await Eventually.Is(() => database.Quarantined.Count == 1, "it is put aside");
    }

    private static void QuickToGiveUp(OutboxStreamOptions options)
    {
        options.QueueCount = 1;
        options.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(250);
    }
}
