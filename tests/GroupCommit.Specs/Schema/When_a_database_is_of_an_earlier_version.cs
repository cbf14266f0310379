using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Schema;

/// <summary>Version 1 had no logs, and until version 2 no database kept a level.</summary>
public abstract class When_a_database_is_of_an_earlier_version<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private static readonly LogAppend Entry = new("audit", [new LogRow("a", 1, new byte[] { 1 })]);

    [Fact]
    public async Task Should_be_upgraded_with_all_that_is_in_it()
    {
        await using (var store = await Store.Open(Database))
            await store.Commit(Store.Write("ka", outgoing: "event"));
        MakeOld();

        await using var upgraded = await Store.Open(Database);
        Assert.True(await upgraded.Commit(Entry));

        Assert.Equal("state", await upgraded.ReadText("ka"));
        Assert.Equal("5", Level());
        // Which is what a release of version 2 compares with its own.
        Assert.Equal("2", Version());
    }

    [Fact]
    public async Task Should_be_left_alone_when_told_so()
    {
        await (await Store.Open(Database)).DisposeAsync();
        MakeOld();

        var refusal = await Assert.ThrowsAnyAsync<GroupCommitStartException>(() => Store.Open(Database, options => options.ApplySchemaAtStart = false));

        Assert.Contains("has schema version 1 and needs 5", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("1", Version());
    }

    protected abstract void MakeOld();

    protected abstract string? Version();

    protected abstract string? Level();
}

public sealed class When_a_database_is_of_an_earlier_version_on_SQLite : When_a_database_is_of_an_earlier_version<SqliteFile>
{
    protected override void MakeOld()
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).Open();
        SqliteDatabase.Run(connection, "DROP TABLE log; DROP TABLE identity; DROP TABLE positions; DELETE FROM meta WHERE name = 'level'; PRAGMA user_version = 1");
    }

    protected override string? Version() => Ask("PRAGMA user_version");

    protected override string? Level() => Ask("SELECT value FROM meta WHERE name = 'level'");

    private string? Ask(string sql)
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).OpenForReading();
        return SqliteDatabase.Query(connection, sql);
    }
}

public sealed class When_a_database_is_of_an_earlier_version_on_PostgreSQL : When_a_database_is_of_an_earlier_version<SpecSchema>
{
    protected override void MakeOld() => Database.Sql.Run("""
        DROP TABLE groupcommit_log;
        DROP TABLE groupcommit_identity;
        DROP TABLE groupcommit_positions;
        ALTER TABLE groupcommit_schema DROP COLUMN level;
        UPDATE groupcommit_schema SET version = 1 WHERE part = 'state'
        """);

    protected override string? Version() => Database.Sql.Ask("SELECT version FROM groupcommit_schema WHERE part = 'state'");

    protected override string? Level() => Database.Sql.Ask("SELECT level FROM groupcommit_schema WHERE part = 'state'");
}
