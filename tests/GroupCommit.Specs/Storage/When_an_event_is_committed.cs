using System.Text;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Storage;

public abstract class When_an_event_is_committed<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_come_back_as_it_was_in_the_order_of_commits()
    {
        await using var store = await Store.Open(Database);
        var item = new object();
        var writtenAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var rows = Enumerable.Range(0, 3)
            .Select(i => new OutboxRow(0, $"p{i}", $"n{i}", i == 0 ? "" : $"k{i}", new byte[] { (byte)i }, writtenAt) { Item = item })
            .ToList();
        await store.Commit(Store.Write("ka") with { Outbox = rows[..2] });
        await store.Commit(new OutboxAppend(rows[2..]));

        Assert.Equal(rows, store.HandedOver);
        Assert.All(store.HandedOver, row => Assert.Same(item, row.Item));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.True(pair.First.Id < pair.Second.Id));
        var read = await store.Dialect.ReadOutbox(store.Dialect.IdsStartAfter, 10, CancellationToken.None);
        Assert.Equal(
            rows.Select(row => (row.Id, row.Provider, row.StreamNamespace, row.StreamKey, row.WrittenAt, Convert.ToHexString(row.Payload.Span))),
            read.Select(row => (row.Id, row.Provider, row.StreamNamespace, row.StreamKey, row.WrittenAt, Convert.ToHexString(row.Payload.Span))));
        Assert.All(read, row => Assert.Null(row.Item));
    }

    [Fact]
    public async Task Should_be_paged_by_id()
    {
        await using var store = await Store.Open(Database);
        for (var i = 0; i < 5; i++)
            await store.Commit(Store.Write($"k{i}", outgoing: $"{i}"));

        var first = await store.Dialect.ReadOutbox(0, 2, CancellationToken.None);
        var rest = await store.Dialect.ReadOutbox(first[^1].Id, 10, CancellationToken.None);

        Assert.Equal("01234", string.Concat(first.Concat(rest).Select(row => Encoding.UTF8.GetString(row.Payload.Span))));
    }

    [Fact]
    public async Task Should_go_when_removed_and_stand_aside_when_quarantined()
    {
        await using var store = await Store.Open(Database);
        for (var i = 0; i < 4; i++)
            await store.Commit(Store.Write($"k{i}", outgoing: $"{i}"));
        var rows = store.HandedOver.ToList();

        await store.Commit(new OutboxRemove([rows[0].Id, rows[1].Id]));
        await store.Commit(new OutboxQuarantine([rows[2]], "unknown type"));

        Assert.Equal(["3"], await store.Outbox());
        await using var snapshot = await store.Dialect.OpenSnapshot(CancellationToken.None);
        Assert.Equal(new(1, 1), await snapshot.ReadOutboxDepth(CancellationToken.None));
    }
}

public sealed class When_an_event_is_committed_on_SQLite : When_an_event_is_committed<SqliteFile>;

public sealed class When_an_event_is_committed_on_PostgreSQL : When_an_event_is_committed<SpecSchema>;
