using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

public sealed class When_the_disk_is_full : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_store_nothing_of_a_batch_say_so_and_recover()
    {
        await using var store = await Store.Open(_folder.Database);
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
            Assert.Contains(_folder.Database, error.Message, StringComparison.Ordinal);
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
        await using var store = await Store.Open(_folder.Database);
        await store.Commit(Store.Write("before"));
        LimitTo(store, pages: 30);
        var batches = store.Dialect.Batches.Count;

        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("large", payload: new string('x', 1_000_000))));

        Assert.Equal(batches + 1, store.Dialect.Batches.Count);
        Assert.True(await store.Commit(Store.Write("small")));
    }

    [Fact]
    public async Task Should_show_it_until_something_is_stored_again()
    {
        await using var store = await Store.Open(_folder.Database);
        await store.Commit(Store.Write("before"));
        Assert.False(store.Committer.IsFailing);

        store.Dialect.Down = new IOException("The disk went away.");
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("during")));
        Assert.True(store.Committer.IsFailing);

        store.Dialect.Down = null;
        await store.Commit(Store.Write("after"));
        Assert.False(store.Committer.IsFailing);

        store.Dialect.Down = new IOException("The disk went away.");
        await Assert.ThrowsAsync<IOException>(() => store.Read("after"));
        Assert.True(store.Committer.IsFailing);
    }

    private static void LimitTo(Store store, int pages) => SqliteDatabase.Run(store.Dialect.Inner.Writer!, $"PRAGMA max_page_count = {pages}");
}
