using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Storage;

public abstract class When_a_commit_ends_ambiguously<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_hand_over_the_events_it_stored_once_and_before_newer_ones()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Write("ka", outgoing: "1"));
        store.Dialect.LoseNextAnswer();
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("kb", outgoing: "2")));
        store.Dialect.FailNext();
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("kc", outgoing: "3")));
        await store.Commit(Store.Write("kd", outgoing: "4"));

        Assert.Equal(["1", "2", "4"], await store.Outbox());
        Assert.Equal(["1", "2", "4"], store.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span)));
        Assert.Equal(store.HandedOver.Select(row => row.Id).Order(), store.HandedOver.Select(row => row.Id));
    }

    [Fact]
    public async Task Should_hand_them_over_though_nothing_is_written_afterwards()
    {
        await using var store = await Store.Open(Database);
        store.Dialect.LoseNextAnswer();

        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("kb", outgoing: "1")));

        await Eventually.Is(() => store.HandedOver.Count == 1);
    }

    [Fact]
    public async Task Should_keep_the_order_while_the_outbox_cannot_be_read()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Write("ka", outgoing: "1"));
        store.Dialect.OutboxDown = new IOException("The database is half away.");
        store.Dialect.LoseNextAnswer();
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("kb", outgoing: "2")));
        Assert.True(await store.Commit(Store.Write("kc", outgoing: "3")));
        Assert.True(await store.Commit(Store.Write("kc2")));
        Assert.Single(store.HandedOver);
        Assert.Single(store.Log.At(LogLevel.Warning)); // Once, not with every commit.

        store.Dialect.OutboxDown = null;
        await Eventually.Is(() => store.HandedOver.Count == 3);
        Assert.True(await store.Commit(Store.Write("kd", outgoing: "4")));

        Assert.Equal(["1", "2", "3", "4"], store.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span)));
    }

    [Fact]
    public async Task Should_hand_over_nothing_of_an_earlier_process()
    {
        await using (var before = await Store.Open(Database))
            await before.Commit(Store.Write("ka", outgoing: "old"));

        await using var store = await Store.Open(Database);
        store.Dialect.LoseNextAnswer();
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("kb", outgoing: "new")));
        await store.Commit(Store.Write("kc"));

        Assert.Equal("new", Encoding.UTF8.GetString(Assert.Single(store.HandedOver).Payload.Span));
    }
}

public sealed class When_a_commit_ends_ambiguously_on_SQLite : When_a_commit_ends_ambiguously<SqliteFile>;

public sealed class When_a_commit_ends_ambiguously_on_PostgreSQL : When_a_commit_ends_ambiguously<SpecSchema>;
