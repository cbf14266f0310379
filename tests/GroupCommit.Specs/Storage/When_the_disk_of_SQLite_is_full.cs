using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

public sealed class When_the_disk_of_SQLite_is_full : IDisposable
{
    private readonly SqliteFile _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_store_nothing_of_a_batch_say_so_and_recover()
    {
        await using var store = await Store.Open(_database);
        await store.Commit(Store.Write("before", outgoing: "e"));
        // The writer is idle: it has just answered.
        LimitTo(store, pages: 30);
        var held = store.Dialect.HoldNext();
        var small = store.Committer.Commit(Store.Write("small"));
        await held.Arrived;
        var large = Enumerable.Range(0, 20)
            .Select(i => store.Committer.Commit(Store.Write($"k{i}", payload: new string('x', 20_000), outgoing: $"e{i}"))).ToList();
        held.Release();

        Assert.True(await small.Soon());
        foreach (var write in large)
        {
            var error = await Assert.ThrowsAsync<DurableStateLostException>(() => write.Soon());
            Assert.Contains("no room", error.Message, StringComparison.Ordinal);
            Assert.Contains(_database.Path, error.Message, StringComparison.Ordinal);
        }

        for (var i = 0; i < large.Count; i++)
            Assert.Null(await store.Read($"k{i}"));
        Assert.Equal(["e"], await store.Outbox());

        LimitTo(store, pages: 10_000);
        Assert.True(await store.Commit(Store.Write("k0", payload: new string('x', 20_000))));
        Assert.Single(store.HandedOver);
    }

    [Fact]
    public async Task Should_not_look_for_a_culprit_and_take_what_still_fits()
    {
        await using var store = await Store.Open(_database);
        await store.Commit(Store.Write("before"));
        LimitTo(store, pages: 30);
        var batches = store.Dialect.Batches.Count;

        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("large", payload: new string('x', 1_000_000))));

        Assert.Equal(batches + 1, store.Dialect.Batches.Count);
        Assert.True(await store.Commit(Store.Write("small")));
    }

    private static void LimitTo(Store store, int pages) => SqliteDatabase.Run(((SqliteDialect)store.Dialect.Inner).Writer!, $"PRAGMA max_page_count = {pages}");
}
