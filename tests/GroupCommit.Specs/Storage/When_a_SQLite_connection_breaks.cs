using Microsoft.Data.Sqlite;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

public sealed class When_a_SQLite_connection_breaks : IDisposable
{
    private readonly SqliteFile _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_write_with_a_new_one_and_keep_the_ids_growing()
    {
        await using var store = await Store.Open(_database);
        await store.Commit(Store.Write("a", outgoing: "1"));
        var broken = Writer(store);
        SqliteDatabase.Run(broken, "PRAGMA query_only = ON");

        var error = await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("b", outgoing: "2")));
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);

        Assert.True(await store.Commit(Store.Write("b", outgoing: "3")));
        Assert.NotSame(broken, Writer(store));
        Assert.Equal(["1", "3"], await store.Outbox());
        Assert.True(store.HandedOver.First().Id < store.HandedOver.Last().Id);
    }

    [Fact]
    public async Task Should_read_with_a_new_one()
    {
        await using var store = await Store.Open(_database);
        await store.Commit(Store.Write("a"));
        SqliteDatabase.Run(Writer(store), "ALTER TABLE entries RENAME TO hidden");
        await Assert.ThrowsAnyAsync<Exception>(() => store.Read("a"));
        SqliteDatabase.Run(Writer(store), "ALTER TABLE hidden RENAME TO entries");

        Assert.Equal("state", await store.ReadText("a"));
    }

    [Fact]
    public async Task Should_close_those_that_cannot_be_used()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Counts the open files of the process.");
        await using var store = await Store.Open(_database);
        await store.Commit(Store.Write("a"));
        var open = OpenFiles();
        SqliteDatabase.Run(Writer(store), "ALTER TABLE entries RENAME TO hidden");
        for (var attempt = 0; attempt < 20; attempt++)
            await Assert.ThrowsAnyAsync<Exception>(() => store.Read("a"));

        Assert.InRange(OpenFiles(), 0, open + 4); // SQLite keeps a few for the next connection.
    }

    private static SqliteConnection Writer(Store store) => ((SqliteDialect)store.Dialect.Inner).Writer!;

    private int OpenFiles() => Directory.EnumerateFiles("/proc/self/fd")
        .Count(file => new FileInfo(file).LinkTarget?.StartsWith(_database.Path, StringComparison.Ordinal) is true);
}
