using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Storage;

public abstract class When_keys_are_unusual<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private static readonly string[] Keys =
    [
        "0", "1", "01", "0x1", "a", "A", "", " ", "a ", "a\0b", "a\0", "ä", "a\u0308", "\u200B", "cafe", "CAFE", "%", "a+b", "'; DROP TABLE orleansstorage; --",
        "00000000000000000000000000000001", "0d7bc9b0-2c83-4a0c-9d9e-1e6c2b6d9a61", "\uD83D\uDE00", new string('x', 512), new string('x', 513), Incompressible.Text(2_000),
    ];

    [Fact]
    public async Task Should_tell_rows_of_similar_keys_and_different_kinds_apart_or_refuse_them()
    {
        await using var store = await Store.Open(Database);
        foreach (var key in Keys.Where(Database.Takes))
        {
            Assert.True(await store.Commit(Store.Write(key, payload: "1" + key)), key);
            Assert.True(await store.Commit(Store.Write(key, payload: "2" + key, kind: "other")), key);
        }

        foreach (var key in Keys.Where(Database.Takes))
            Assert.Equal("1" + key, await store.ReadText(key));
    }

    [Fact]
    public async Task Should_refuse_those_that_it_cannot_hold_and_no_neighbour()
    {
        await using var store = await Store.Open(Database);
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var writes = Keys.ToDictionary(key => key, key => store.Committer.Commit(Store.Write(key)));
        held.Release();
        await first.Soon();

        foreach (var (key, write) in writes)
        {
            if (Database.Takes(key))
                Assert.True(await write.Soon());
            else
                Assert.NotEmpty((await Assert.ThrowsAnyAsync<Exception>(() => write.Soon())).Message);
        }

        foreach (var key in Keys.Where(key => !Database.Takes(key)))
            await Assert.ThrowsAnyAsync<Exception>(() => store.Read(key));
    }

    [Fact]
    public async Task Should_take_any_text_in_what_is_no_key()
    {
        await using var store = await Store.Open(Database);
        foreach (var text in Keys.Where(text => !text.Contains('\0', StringComparison.Ordinal)))
        {
            Assert.True(await store.Commit(Store.Write($"k{text.Length}-{text.GetHashCode(StringComparison.Ordinal)}") with
            {
                Entries = [new EntryWrite("m", text, new byte[] { 1 })],
                Outbox = [Store.Event("e") with { StreamNamespace = text, StreamKey = text }],
                // Not both in one: together they are too much for an index.
                Schedules =
                [
                    new ScheduleWrite("name", text, store.Committer.NextId(), DateTimeOffset.UnixEpoch),
                    new ScheduleWrite($"g/{text}", "target", store.Committer.NextId(), DateTimeOffset.UnixEpoch),
                ],
            }));
        }

        var texts = Keys.Where(text => !text.Contains('\0', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(texts, (await store.Dialect.ReadOutbox(0, 100, CancellationToken.None)).Select(row => row.StreamKey).Order(StringComparer.Ordinal));
        var armed = await store.Armed();
        Assert.Equal(texts, armed.Where(row => row.Target == "name").Select(row => row.Name).Order(StringComparer.Ordinal));
        Assert.Equal(texts.Select(text => $"g/{text}"), armed.Where(row => row.Name == "target").Select(row => row.Target).Order(StringComparer.Ordinal));
    }
}

public sealed class When_keys_are_unusual_on_SQLite : When_keys_are_unusual<SqliteFile>;

public sealed class When_keys_are_unusual_on_PostgreSQL : When_keys_are_unusual<SpecSchema>;
