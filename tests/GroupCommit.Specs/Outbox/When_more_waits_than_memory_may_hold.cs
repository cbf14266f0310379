using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Outbox;

public sealed class When_more_waits_than_memory_may_hold
{
    private readonly Deliveries _deliveries = new();

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_all_of_it_in_order(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var busy = new TaskCompletionSource();
        _deliveries.OnEvent = (stream, _) => stream is "a" or "b" ? busy.Task : Task.CompletedTask;
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options =>
        {
            options.QueueCount = 2;
            options.QueueLimit = 100;
            options.StreamLimit = 40;
            options.MaximumBatch = 10;
        });
        string[] keys = ["a", "b", "c", "d", "e"];
        for (var number = 0; number < 400; number++)
            await Task.WhenAll(keys.Select(key => silo.Publish("single", key, number)));

        await Eventually.Is(() => keys[2..].All(key => _deliveries[key].Length == 400), "streams that are not busy flow");
        busy.SetResult();
        for (var number = 400; number < 800; number++)
            await Task.WhenAll(keys.Select(key => silo.Publish("single", key, number)));

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.All(keys, key => Assert.Equal(Enumerable.Range(0, 800), _deliveries[key]));
        if (database is MemoryDatabase memory)
            Assert.NotEqual(0, memory.OutboxRowsRead); // Otherwise nothing was ever left in the table.
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_go_on_reading_when_nothing_of_what_memory_held_could_be_delivered(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        await using var silo = await SiloUnderTest.Start(database, _deliveries, options => options.StreamLimit = 2);
        await silo.Publish("single", "a", 1);
        await Eventually.Is(() => database.Waiting == 0, "nothing is left");

        await silo.PublishUnreadable("single", "a", count: 7);
        await Eventually.Is(() => database.Quarantined.Count == 7, "all of them are put aside");
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_let_a_fifth_stream_flow_past_four_that_fill_memory(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        string[] stuck = ["a", "b", "c", "d"];
        var end = new TaskCompletionSource();
        _deliveries.OnEvent = (stream, _) => stuck.Contains(stream) ? end.Task : Task.CompletedTask;
        await using (var silo = await SiloUnderTest.Start(database, _deliveries, Small))
        {
            foreach (var key in stuck)
                await silo.Publish("single", key, [.. Enumerable.Range(0, 10)]);

            await silo.Publish("single", "e", [.. Enumerable.Range(0, 100)]);
            await Eventually.Is(() => _deliveries["e"].Length == 100, "it flows");
            await silo.Publish("single", "f", [.. Enumerable.Range(0, 100)]);
            await silo.Kill();
        }

        await using var restarted = await SiloUnderTest.Start(database, _deliveries, Small);
        try
        {
            await Eventually.Is(() => _deliveries["f"].Distinct().Count() == 100, "after a restart, too");
        }
        finally
        {
            // A silo that stops waits for calls that are under way.
            end.SetResult();
        }

        static void Small(OutboxStreamOptions options) => (options.QueueCount, options.QueueLimit, options.StreamLimit, options.MaximumBatch) = (1, 16, 4, 4);
    }
}
