using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Facets;

public abstract class When_a_write_is_under_way<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_answer_only_when_it_is_durable()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var held = silo.Dialect.HoldNext();

        var command = counter.Add(3);
        await held.Arrived;
        var replay = counter.Replay();
        var confirm = counter.Confirm();
        var view = await counter.Look();
        Assert.Equal((3, null), (view.State, view.Durable));
        Assert.False(command.IsCompleted || replay.IsCompleted || confirm.IsCompleted);

        held.Release();
        var answers = await Task.WhenAll(command, replay, confirm).Soon();
        Assert.Equal([3, 3, 3], answers);
    }

    [Fact]
    public async Task Should_not_answer_from_what_waits_behind_it()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var (held, heldNext) = (silo.Dialect.HoldNext(), silo.Dialect.HoldNext());
        var first = counter.Add(1);
        await held.Arrived;
        var second = counter.Add(1);
        await Eventually.Is(async () => (await counter.Look()).State == 2);
        var replay = counter.Replay();
        await counter.Look(); // The replay is inside by now.
        held.Release();

        Assert.Equal(1, await first.Soon());
        await heldNext.Arrived;
        await counter.Look();
        Assert.False(replay.IsCompleted || second.IsCompleted);
        heldNext.Release();
        Assert.Equal(2, await replay.Soon());
    }

    [Fact]
    public async Task Should_fail_a_replay_whose_write_fails()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);
        var held = silo.Dialect.HoldAndFailNext();

        var command = counter.Add(1);
        await held.Arrived;
        var replay = counter.Replay();
        var confirm = counter.Confirm();
        await Eventually.Is(async () => (await counter.Look()).State == 2);
        held.Release();

        await Assert.ThrowsAsync<DurableStateLostException>(() => command.Soon());
        await Assert.ThrowsAsync<DurableStateLostException>(() => replay.Soon());
        await Assert.ThrowsAsync<DurableStateLostException>(() => confirm.Soon());
        Assert.Equal(1, await counter.Replay());
    }

    [Fact]
    public async Task Should_fail_what_gathered_behind_a_write_that_fails()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var held = silo.Dialect.HoldAndFailNext();

        var first = counter.Add(1, "one");
        await held.Arrived;
        var second = counter.Add(1, "two");
        await Eventually.Is(async () => (await counter.Look()).State == 2);
        held.Release();

        await Assert.ThrowsAsync<DurableStateLostException>(() => first.Soon());
        await Assert.ThrowsAsync<DurableStateLostException>(() => second.Soon());
        Assert.Null((await counter.Look()).State);
        Assert.Empty(await silo.Dialect.ReadOutbox(0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Should_wait_for_it_before_the_activation_ends()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var held = silo.Dialect.HoldNext();
        await counter.AddWithoutWaiting(7);
        await held.Arrived;

        var ended = silo.Deactivate(counter);
        Assert.False(ended.IsCompleted);
        held.Release();
        await ended;

        var view = await counter.Look();
        Assert.Equal((7, 7, 1), (view.State, view.Durable, view.Version));
    }

    [Fact]
    public async Task Should_be_written_before_the_silo_stops()
    {
        var silo = await SpecSilo.Start(Database);
        var held = silo.Dialect.HoldNext();
        await silo.Counter("ka").AddWithoutWaiting(7);
        await held.Arrived;
        var stopped = silo.Stop();
        held.Release();
        await stopped.Soon();

        await using var store = await Store.Open(Database);
        Assert.Equal(1, (await store.Read("ka", "counter"))?.Version);
    }
}

public sealed class When_a_write_is_under_way_on_SQLite : When_a_write_is_under_way<SqliteFile>;

public sealed class When_a_write_is_under_way_on_PostgreSQL : When_a_write_is_under_way<SpecSchema>;
