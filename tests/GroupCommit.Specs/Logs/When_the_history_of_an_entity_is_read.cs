using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Logs;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace GroupCommit.Specs.Logs;

public abstract class When_the_history_of_an_entity_is_read<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_come_by_pages_in_order_decoded_as_the_log_has_it_and_without_others()
    {
        await using var store = await Store.Open(Database);
        foreach (var n in (int[])[3, 1, 5, 2, 4])
            await store.Commit(Store.Logged("b", n, $"{n}"));
        await store.Commit(Store.Logged("a", 9, "of another"));
        await store.Commit(Store.Logged("b2", 9, "of another"));

        List<string> read = [];
        IReadOnlyList<DurableLogEntry<string>> page;
        for (var from = 2L; (page = await store.Reader.ReadHistory<string>("log", "b", from,
            limit: 2)).Count > 0; from = page[^1].Sequence + 1)
            read.Add(string.Join(' ', page.Select(entry => $"{entry.Entity}{entry.Sequence}:{entry.Value}")));

        Assert.Equal(["b2:2 b3:3", "b4:4 b5:5"], read);
        Assert.Empty(await store.Reader.ReadHistory<string>("log", "nobody"));
        Assert.Empty(await store.Reader.ReadHistory<string>("another log", "b"));
    }

    /// <summary>Without a format, what the two ways to append have written differs: only one says which type it is.</summary>
    [Fact]
    public async Task Should_be_read_however_it_was_appended()
    {
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        await using var store = await Store.Open(Database);
        var happened = serializer.SerializeToArray<object>(new Outbox.Happened(1));
        await store.Commit(new GrainWrite(new RowId("k", "1"), 0, Encoding.UTF8.GetBytes("s"), [],
            [new OutboxRow(0, "", "", "", happened, DateTimeOffset.UnixEpoch) { Place = new LogPlace("plain", "e", 1) }], []));
        await new DurableLog(store.Committer, store.Dialect, serializer)
            .Append("plain", [new DurableLogEntry<Outbox.Happened>("e", 2, new Outbox.Happened(2))]);

        var reader = new DurableLogReader(store.Dialect, new LogFormats(services, serializer), store.Watch);

        Assert.Equal([1, 2], (await reader.ReadHistory<Outbox.Happened>("plain", "e")).Select(entry => entry.Value.Number));
    }

    [Fact]
    public async Task Should_name_the_entry_that_cannot_be_read()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 7, "words"));

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => store.Reader.ReadHistory<Outbox.Happened>("log", "a"));

        Assert.StartsWith("The entry 7 of 'a' in the log 'log' cannot be read as Happened", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a", 1)]
    [InlineData("log", "", 1)]
    [InlineData("log", "a\0", 1)]
    [InlineData("log", "a", 0)]
    [InlineData("log", "a", 1001)]
    public async Task Should_refuse_what_cannot_be(string log, string entity, int limit)
    {
        await using var store = await Store.Open(Database);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Reader.ReadHistory<string>(log, entity, limit: limit));
    }
}

public sealed class When_the_history_of_an_entity_is_read_on_SQLite : When_the_history_of_an_entity_is_read<SqliteFile>;

public sealed class When_the_history_of_an_entity_is_read_on_PostgreSQL : When_the_history_of_an_entity_is_read<SpecSchema>;
