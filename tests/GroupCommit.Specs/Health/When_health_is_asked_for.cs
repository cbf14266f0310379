using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Health;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Health;

public abstract class When_health_is_asked_for<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Should_write_as_grains_do_and_leave_nothing_that_they_could_see()
    {
        await using var store = await Store.Open(Database, time: _time);

        Assert.Null(await store.Health.FindFault().Soon());

        var requests = store.Dialect.Batches.SelectMany(batch => batch).ToList();
        Assert.Contains(requests, request => request is GrainWrite { Entries.Count: > 0, Schedules.Count: > 0 });
        Assert.Contains(requests, request => request is GrainWrite { Outbox.Count: > 0 });
        Assert.Contains(requests, request => request is OutboxRemove);
        Assert.Contains(requests, request => request is LogAppend);
        Assert.Empty(await store.Outbox());
        Assert.Empty(store.HandedOver);
        Assert.Empty(await store.Armed());
        Assert.Empty((await store.Read(CommitProbe.KeyOf("127.0.0.1:11111"), CommitProbe.Kind))!.Entries);
    }

    [Fact]
    public async Task Should_find_the_row_of_before_after_a_restart()
    {
        await using (var store = await Store.Open(Database))
            Assert.Null(await store.Health.FindFault().Soon());

        await using var next = await Store.Open(Database, time: _time);
        Assert.Null(await next.Health.FindFault().Soon());
        Assert.Equal(4, (await next.Read(CommitProbe.KeyOf("127.0.0.1:11111"), CommitProbe.Kind))!.Version);
    }

    /// <summary>Where each start gets a new address.</summary>
    [Fact]
    public void Should_keep_few_rows_however_many_addresses_there_were()
    {
        var keys = Enumerable.Range(0, 1_000).Select(n => CommitProbe.KeyOf($"10.0.{n / 250}.{n % 250}:11111")).Distinct().ToList();
        Assert.InRange(keys.Count, 2, 64);
        Assert.Equal(CommitProbe.KeyOf("10.0.0.1:11111"), CommitProbe.KeyOf("10.0.0.1:11111"));
    }

    [Fact]
    public async Task Should_tell_what_was_found_for_a_second_and_look_again_after_it()
    {
        await using var store = await Store.Open(Database, time: _time);
        Assert.Null(await store.Health.FindFault().Soon());
        store.Dialect.Down = new IOException("The disk went away.");

        _time.Advance(CommitProbe.Freshness - TimeSpan.FromTicks(1));
        Assert.Null(await store.Health.FindFault().Soon());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("the database takes no writes: the log says why", await store.Health.FindFault().Soon());

        store.Dialect.Down = null;
        _time.Advance(CommitProbe.Freshness);
        Assert.Null(await store.Health.FindFault().Soon());
    }

    [Fact]
    public async Task Should_have_one_look_for_all_who_ask_at_once()
    {
        await using var store = await Store.Open(Database, time: _time);
        var held = store.Dialect.HoldNext();
        var all = Enumerable.Range(0, 100).Select(_ => store.Health.FindFault()).ToList();
        await held.Arrived;
        held.Release();

        Assert.All(await Task.WhenAll(all).Soon(), Assert.Null);
        Assert.Equal(2, store.Dialect.Writes.Count(write => write.Row.Kind == CommitProbe.Kind && write.Outbox.Count == 0));
    }

    [Fact]
    public async Task Should_answer_in_time_when_the_database_does_not_and_queue_nothing_more()
    {
        await using var store = await Store.Open(Database, time: _time);
        var held = store.Dialect.HoldNext();
        var first = store.Health.FindFault();
        await held.Arrived;
        Assert.False(first.IsCompleted);

        _time.Advance(CommitProbe.Limit);
        Assert.Equal("the database does not answer in time", await first.Soon());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("the database does not answer in time", await store.Health.FindFault().Soon());
        Assert.Single(store.Dialect.Batches);
        Assert.Equal(0, store.Committer.QueueDepth);

        held.Release();
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Fact]
    public async Task Should_remember_for_a_while_that_a_grain_could_not_store()
    {
        await using var store = await Store.Open(Database, time: _time);
        Assert.Null(await store.Health.FindFault().Soon());
        store.Dialect.FailNext();
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("row")));

        // At once, and although the next write went well: it may have been a smaller one.
        Assert.NotNull(await store.Health.FindFault().Soon());
        await store.Commit(Store.Write("other"));
        Assert.NotNull(await store.Health.FindFault().Soon());

        _time.Advance(CommitProbe.Memory);
        Assert.Null(await store.Health.FindFault().Soon());
    }

    [Fact]
    public async Task Should_show_neither_a_conflict_nor_a_fault_that_lies_in_what_is_written()
    {
        await using var store = await Store.Open(Database, time: _time);
        await store.Commit(Store.Write("row"));
        Assert.False(await store.Commit(Store.Write("row")));

        Assert.Null(await store.Health.FindFault().Soon());
        Assert.False(store.Committer.IsFailing);
    }

    [Fact]
    public async Task Should_give_up_when_the_caller_does()
    {
        await using var store = await Store.Open(Database, time: _time);
        using var impatience = new CancellationTokenSource();
        var held = store.Dialect.HoldNext();
        var asked = store.Health.FindFault(impatience.Token);
        await held.Arrived;
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.Soon());
        held.Release();
        Assert.Null(await store.Health.FindFault(CancellationToken.None).Soon());
    }

    [Fact]
    public async Task Should_notice_that_states_cannot_be_read()
    {
        await using var store = await Store.Open(Database, time: _time);
        store.Dialect.ReadsFail = new IOException("The disk went away.");

        Assert.NotNull(await store.Health.FindFault().Soon());
    }

    [Fact]
    public async Task Should_say_that_it_is_closed()
    {
        var store = await Store.Open(Database, time: _time);
        await store.DisposeAsync();

        Assert.Equal("the database is not open", await store.Health.FindFault().Soon());
    }
}

public sealed class When_health_is_asked_for_on_SQLite : When_health_is_asked_for<SqliteFile>;

public sealed class When_health_is_asked_for_on_PostgreSQL : When_health_is_asked_for<SpecSchema>;
