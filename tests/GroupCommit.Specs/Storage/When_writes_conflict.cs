namespace GroupCommit.Specs.Storage;

public abstract class When_writes_conflict<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_leave_out_one_among_two_hundred_with_its_events()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Write("k100", payload: "other"));
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;

        var writes = Enumerable.Range(0, 200).Select(i => store.Committer.Commit(Store.Write($"k{i}", outgoing: $"e{i}"))).ToList();
        held.Release();
        await first.Soon();
        var stored = await Task.WhenAll(writes).Soon();

        Assert.Equal(Enumerable.Range(0, 200).Select(i => i != 100), stored);
        Assert.Equal(200, store.Dialect.Batches.Last().Count);
        Assert.Equal("other", await store.ReadText("k100"));
        Assert.Equal("state", await store.ReadText("k101"));
        var events = Enumerable.Range(0, 200).Where(i => i != 100).Select(i => $"e{i}").ToList();
        Assert.Equal(events, await store.Outbox());
        Assert.Equal(199, store.HandedOver.Count);
    }

    [Fact]
    public async Task Should_let_one_of_two_first_writes_win()
    {
        await using var store = await Store.Open(Database);
        var held = store.Dialect.HoldNext();
        var warmUp = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;

        var one = store.Committer.Commit(Store.Write("ka", payload: "one", outgoing: "from one"));
        var two = store.Committer.Commit(Store.Write("ka", payload: "two", outgoing: "from two"));
        held.Release();

        Assert.True(await warmUp.Soon());
        Assert.True(await one.Soon());
        Assert.False(await two.Soon());
        Assert.Equal("one", await store.ReadText("ka"));
        Assert.Equal(["from one"], await store.Outbox());
    }

    [Fact]
    public async Task Should_apply_writes_that_build_on_each_other_in_one_batch()
    {
        await using var store = await Store.Open(Database);
        var held = store.Dialect.HoldNext();
        var warmUp = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var writes = Enumerable.Range(0, 10).Select(i => store.Committer.Commit(Store.Write("ka", expectedVersion: i, payload: $"{i}"))).ToList();
        held.Release();
        await warmUp.Soon();

        Assert.All(await Task.WhenAll(writes).Soon(), Assert.True);
        Assert.Equal(10, (await store.Read("ka"))?.Version);
        Assert.Equal("9", await store.ReadText("ka"));
    }
}

public sealed class When_writes_conflict_on_SQLite : When_writes_conflict<SqliteFile>;

public sealed class When_writes_conflict_on_PostgreSQL : When_writes_conflict<SpecSchema>;
