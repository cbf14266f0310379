using Microsoft.Extensions.Logging;

namespace GroupCommit.Specs.Outbox;

public sealed class When_the_silo_ends
{
    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_after_a_kill_what_was_not_delivered_before(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var before = new Deliveries { OnEvent = (stream, number) => stream == "stuck" && number >= 5 ? Never() : Task.CompletedTask };
        await using (var killed = await SiloUnderTest.Start(database, before))
        {
            for (var number = 0; number < 10; number++)
            {
                await killed.Publish("single", "stuck", number);
                await killed.Publish("single", "done", number);
            }

            await Eventually.Is(() => before["done"].Length == 10 && before["stuck"].Length >= 5, "what can be delivered is");
            await Eventually.Is(() => database.WaitingOf("done") == 0, "what was delivered for certain is removed");
            await killed.Kill();
        }

        var after = new Deliveries();
        await using var silo = await SiloUnderTest.Start(database, after);
        await silo.Publish("single", "stuck", 10);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");

        Assert.Equal(Enumerable.Range(0, 11), before["stuck"].Concat(after["stuck"]).Distinct());
        Assert.Equal(Enumerable.Range(5, 6), after["stuck"].Where(number => number >= 5));
        Assert.Empty(after["done"]);
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_keep_what_a_stop_interrupts_and_put_nothing_aside(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var failing = new TaskCompletionSource();
        var before = new Deliveries
        {
            OnEvent = (_, number) =>
            {
                if (number < 3)
                    return Task.CompletedTask;

                failing.TrySetResult();
                throw new InvalidOperationException("Not now.");
            },
        };
        await using (var stopped = await SiloUnderTest.Start(database, before, options => options.MaximumBatch = 1))
        {
            await stopped.Publish("single", "a", [.. Enumerable.Range(0, 6)]);
            await failing.Task.WaitAsync(Eventually.Limit);
            await stopped.Stop();
        }

        Assert.Equal([0, 1, 2], before["a"]);
        Assert.Equal(3, database.Waiting);
        Assert.Empty(database.Quarantined);

        var after = new Deliveries();
        await using var silo = await SiloUnderTest.Start(database, after);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal([3, 4, 5], after["a"]);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public Task Should_count_as_delivered_what_a_subscriber_finishes_during_the_stop(DatabaseKind kind) => StopDuringACall(kind, succeeds: true);

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public Task Should_keep_what_a_subscriber_refuses_during_the_stop(DatabaseKind kind) => StopDuringACall(kind, succeeds: false);

    private static async Task StopDuringACall(DatabaseKind kind, bool succeeds)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var begun = new TaskCompletionSource();
        var busy = new TaskCompletionSource();
        var before = new Deliveries
        {
            OnEvent = (_, number) =>
            {
                if (number == 1)
                    return Task.CompletedTask;

                begun.TrySetResult();
                return busy.Task;
            },
        };
        // One agent: whether others have begun, or have ended already, must not matter.
        await using var silo = await SiloUnderTest.Start(database, before, options => options.QueueCount = 1);
        await silo.Publish("single", "a", 1);
        await Eventually.Is(() => before["a"] is [1] && database.Waiting == 0, "the stream has its subscriber");
        await silo.Publish("single", "a", 2);
        await begun.Task.WaitAsync(Eventually.Limit);
        var stopping = silo.Stop();
        await Eventually.Is(
            () => silo.Log.At(LogLevel.Information).Any(line => line.StartsWith("Shutdown of", StringComparison.Ordinal)),
            "the agent is stopping");
        Assert.Equal(1, database.Waiting);
        if (succeeds)
            busy.SetResult();
        else
            busy.SetException(new InvalidOperationException("Not now."));
        await stopping;

        Assert.Equal(succeeds ? [1, 2] : [1], before["a"]);
        Assert.Equal(succeeds ? 0 : 1, database.Waiting);
        Assert.Empty(database.Quarantined);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_deliver_what_an_earlier_process_left_before_what_is_new(DatabaseKind kind)
    {
        using var database = DatabaseUnderTest.Of(kind);
        var before = new Deliveries { OnEvent = (_, _) => Never() };
        await using (var killed = await SiloUnderTest.Start(database, before))
        {
            for (var number = 0; number < 2_500; number++)
                await killed.Publish("single", $"key-{number % 7}", number);

            await killed.Kill();
        }

        var after = new Deliveries();
        await using var silo = await SiloUnderTest.Start(database, after);
        for (var number = 2_500; number < 3_000; number++)
            await silo.Publish("single", $"key-{number % 7}", number);

        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        for (var key = 0; key < 7; key++)
            Assert.Equal(Enumerable.Range(0, 3_000).Where(number => number % 7 == key), after[$"key-{key}"]);
    }

    private static Task Never() => new TaskCompletionSource().Task;
}
