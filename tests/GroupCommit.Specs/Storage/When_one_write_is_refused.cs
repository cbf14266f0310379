using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Storage;

public abstract class When_one_write_is_refused<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_refuse_keys_that_are_no_text_instead_of_mixing_them_up()
    {
        await using var store = await Store.Open(Database);
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var halves = new[] { "k\uD800", "k\uDC00", new string('x', 300) + "\uD800" }.Select(key => store.Committer.Commit(Store.Write(key))).ToList();
        var whole = store.Committer.Commit(Store.Write("k\uD83D\uDE00"));
        held.Release();

        Assert.True(await first.Soon());
        foreach (var half in halves)
            await Assert.ThrowsAsync<ArgumentException>(() => half.Soon());

        Assert.True(await whole.Soon());
        Assert.Equal("state", await store.ReadText("k\uD83D\uDE00"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Read("k\uD800"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(117)]
    [InlineData(199)]
    public async Task Should_store_the_others_of_its_batch(int culprit)
    {
        await using var store = await Store.Open(Database);
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;

        var writes = Enumerable.Range(0, 200).Select(i => store.Committer.Commit(i == culprit
            ? Store.Write($"k{i}") with { Outbox = [Store.Event("good"), Store.Event("bad") with { Provider = null! }] }
            : Store.Write($"k{i}", outgoing: $"e{i}"))).ToList();
        held.Release();
        await first.Soon();

        for (var i = 0; i < writes.Count; i++)
        {
            if (i == culprit)
                await Assert.ThrowsAsync<DurableStateLostException>(() => writes[culprit].Soon());
            else
                Assert.True(await writes[i].Soon());
        }

        Assert.Null(await store.Read($"k{culprit}"));
        var events = Enumerable.Range(0, 200).Where(i => i != culprit).Select(i => $"e{i}").ToList();
        Assert.Equal(events, await store.Outbox());
        Assert.Equal(events, store.HandedOver.Select(row => System.Text.Encoding.UTF8.GetString(row.Payload.Span)));
        Assert.True(store.Dialect.Batches.Count < 30, $"{store.Dialect.Batches.Count} commits for one culprit");
    }
}

public sealed class When_one_write_is_refused_on_SQLite : When_one_write_is_refused<SqliteFile>;

public sealed class When_one_write_is_refused_on_PostgreSQL : When_one_write_is_refused<SpecSchema>;
