using GroupCommit.Specs.Outbox;

namespace GroupCommit.Specs.Logs;

public sealed class When_logged_events_are_delivered
{
    private readonly Deliveries _deliveries = new();

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_them_in_order_and_go_past_them(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        string[] keys = [.. Enumerable.Range(0, 10).Select(n => $"key-{n}")];
        for (var number = 1; number <= 30; number++)
        {
            foreach (var key in keys)
                await silo.Record("single", key, number);
        }

        await Eventually.Is(() => database.Waiting == 0, "all positions are stored");
        Assert.All(keys, key => Assert.Equal(Enumerable.Range(1, 30), _deliveries[key]));
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_again_what_was_on_its_way_when_the_process_ended_and_nothing_before(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using (var silo = await SiloUnderTest.Start(database, _deliveries))
        {
            await silo.Record("single", "a", 1);
            await silo.Record("single", "a", 2);
            await Eventually.Is(() => database.Waiting == 0, "the position is stored");
            _deliveries.OnEvent = (_, _) => throw new InvalidOperationException("Not now.");
            await silo.Record("single", "a", 3);
            await silo.Record("single", "a", 4);
            await silo.Kill();
        }

        _deliveries.OnEvent = (_, _) => Task.CompletedTask;
        await using var next = await SiloUnderTest.Start(database, _deliveries);
        await next.Record("single", "a", 5);

        await Eventually.Is(() => database.Waiting == 0, "all are delivered");
        Assert.Equal([1, 2, 3, 4, 5], _deliveries["a"].Order());
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_aside_the_one_that_a_subscriber_refuses_and_go_past_it(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        _deliveries.OnEvent = (_, number) => number == 2 ? throw new InvalidOperationException("Not this one.") : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options => options.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(300));
        for (var number = 1; number <= 3; number++)
            await silo.Record("single", "a", number);

        await Eventually.Is(() => database.Waiting == 0 && database.Quarantined.Count == 1, "one is put aside");
        Assert.Equal([1, 3], _deliveries["a"]);
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_put_aside_what_cannot_be_read(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries);
        await silo.RecordUnreadable("single", "a", 1);
        await silo.Record("single", "a", 2);

        await Eventually.Is(() => database.Waiting == 0 && database.Quarantined.Count == 1, "one is put aside");
        Assert.Equal([2], _deliveries["a"]);
        Assert.Contains("Cannot be read", Assert.Single(database.Quarantined.Values), StringComparison.Ordinal);
    }

    /// <summary>More than memory may hold: read from the log when there is room.</summary>
    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_all_of_a_stream_that_was_held_up(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var busy = new TaskCompletionSource();
        _deliveries.OnEvent = (stream, _) => stream == "busy" ? busy.Task : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options => (options.QueueCount, options.StreamLimit, options.MaximumBatch) = (1, 10, 4));
        for (var number = 1; number <= 60; number++)
        {
            await silo.Record("single", "busy", number);
            await silo.Record("single", "free", number);
        }

        await Eventually.Is(() => _deliveries["free"].Length == 60, "the other stream flows");
        busy.SetResult();
        await Eventually.Is(() => database.Waiting == 0, "all are delivered");
        Assert.Equal(Enumerable.Range(1, 60), _deliveries["busy"]);
        Assert.Equal(Enumerable.Range(1, 60), _deliveries["free"]);
    }
}
