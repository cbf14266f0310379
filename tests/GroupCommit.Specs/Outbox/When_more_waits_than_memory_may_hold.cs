namespace GroupCommit.Specs.Outbox;

public sealed class When_more_waits_than_memory_may_hold
{
    private readonly Deliveries _deliveries = new();

    [Theory, InlineData(Database.Memory), InlineData(Database.Sqlite)]
    public async Task Should_deliver_all_of_it_in_order(Database kind)
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
        for (var number = 0; number < 1_000; number++)
        {
            foreach (var key in keys)
                await silo.Publish("single", key, number);
        }

        await Eventually.Is(() => keys[2..].All(key => _deliveries[key].Length == 1_000), "streams that are not busy flow");
        busy.SetResult();
        var publishing = Task.Run(async () =>
        {
            for (var number = 1_000; number < 2_000; number++)
            {
                foreach (var key in keys)
                    await silo.Publish("single", key, number);
            }
        });
        await publishing;
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.All(keys, key => Assert.Equal(Enumerable.Range(0, 2_000), _deliveries[key]));
        if (database is MemoryDatabase memory)
            Assert.NotEqual(0, memory.OutboxRowsRead); // Otherwise nothing was ever left in the table.
    }
}
