using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Storage;

public abstract class When_the_queue_is_full<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Should_let_writers_wait_and_then_fail_them()
    {
        await using var store = await Store.Open(Database, options => (options.QueueCapacity, options.EnqueueTimeout) = (2, TimeSpan.FromSeconds(10)), _time);
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("ka"));
        await held.Arrived;
        var inside = new[] { store.Committer.Commit(Store.Write("kb")), store.Committer.Commit(Store.Write("kc")) };
        var early = store.Committer.Commit(Store.Write("kd"));
        _time.Advance(TimeSpan.FromSeconds(9));
        var late = store.Committer.Commit(Store.Write("ke"));
        Assert.False(early.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<GroupCommitQueueFullException>(() => early.Soon());
        Assert.False(late.IsCompleted);
        held.Release();

        Assert.True(await first.Soon());
        Assert.All(await Task.WhenAll(inside).Soon(), Assert.True);
        Assert.True(await late.Soon());
        Assert.Null(await store.Read("kd"));
        Assert.NotNull(await store.Read("ke"));
    }

    [Fact]
    public async Task Should_let_them_in_in_order()
    {
        await using var store = await Store.Open(Database, options => (options.QueueCapacity, options.MaximumBatch) = (2, 3), _time);
        var held = store.Dialect.HoldNext();
        var writes = new List<Task<bool>> { store.Committer.Commit(Store.Write("first")) };
        await held.Arrived;
        writes.AddRange(Enumerable.Range(0, 20).Select(i => store.Committer.Commit(Store.Write($"k{i}", outgoing: $"{i}"))));
        held.Release();

        Assert.All(await Task.WhenAll(writes).Soon(), Assert.True);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), await store.Outbox());
        Assert.All(store.Dialect.Batches, batch => Assert.InRange(batch.Count, 1, 3));
    }
}

public sealed class When_the_queue_is_full_on_SQLite : When_the_queue_is_full<SqliteFile>;

public sealed class When_the_queue_is_full_on_PostgreSQL : When_the_queue_is_full<SpecSchema>;
