using Microsoft.Data.Sqlite;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;
using SQLitePCL;
using Testing.Servers;

namespace GroupCommit.Specs.Health;

public sealed class When_SQLite_takes_no_writes : IDisposable
{
    private readonly SqliteFile _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_name_the_full_disk_also_when_no_order_comes()
    {
        using var disk = new SmallDisk(mebibytes: 4);
        await using var store = await Store.Open(new SqliteFile(Path.Combine(disk.Path, "store.db")));
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        disk.Fill();

        await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: its disk is full");
        disk.MakeRoom();
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        Assert.True(await store.Commit(Store.Write("a")));
    }

    [Fact]
    public async Task Should_name_a_file_that_may_not_grow()
    {
        await using var store = await Store.Open(_database);
        await store.Commit(Store.Write("a"));
        var writer = ((SqliteDialect)store.Dialect.Inner).Writer!;
        SqliteDatabase.Run(writer, "PRAGMA max_page_count = 1");

        await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: its disk is full");
        SqliteDatabase.Run(writer, "PRAGMA max_page_count = 100000");
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Fact]
    public async Task Should_name_the_lock_of_another_connection()
    {
        await using var store = await Store.Open(_database, options => options.BusyTimeout = TimeSpan.FromMilliseconds(100));
        using (var other = new SqliteDatabase(_database.Path, TimeSpan.FromSeconds(5)).Open())
        {
            SqliteDatabase.Run(other, "BEGIN EXCLUSIVE");
            await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: another connection holds a lock");
        }

        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Fact]
    public async Task Should_name_missing_tables()
    {
        await using var store = await Store.Open(_database);
        using var other = new SqliteDatabase(_database.Path, TimeSpan.FromSeconds(5)).Open();
        SqliteDatabase.Run(other, "ALTER TABLE log RENAME TO hidden");
        await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: it has not this release's tables");

        SqliteDatabase.Run(other, "ALTER TABLE hidden RENAME TO log");
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Theory]
    [InlineData(raw.SQLITE_READONLY, "it is read-only")]
    [InlineData(raw.SQLITE_IOERR, "its disk does not take what is written, or does not give what is read")]
    [InlineData(raw.SQLITE_CORRUPT, "its file is damaged")]
    public async Task Should_say_what_a_person_has_to_know_and_no_more(int code, string reason)
    {
        await using var store = await Store.Open(_database);
        store.Dialect.Down = SqliteErrors.Describe(new SqliteException($"SQLite error at {_database.Path}", code), _database.Path);

        await Eventually.Is(async () => await store.Health.FindFault() == $"the database takes no writes: {reason}");
        store.Dialect.Down = null;
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }
}
