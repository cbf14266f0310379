using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Schema;

/// <summary>A rollback: the tables are of a newer release, which has only added to them.</summary>
public abstract class When_a_release_meets_another_schema<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Should_work_on_tables_of_a_newer_one_that_says_so(bool apply)
    {
        await (await Store.Open(Database)).DisposeAsync();
        Write(level: 7, oldest: 2);

        await using (var store = await Store.Open(Database, options => options.ApplySchemaAtStart = apply))
            Assert.True(await store.Commit(Store.Write("ka")));

        Assert.Equal((7, 2), Stored());
    }

    [Fact]
    public async Task Should_refuse_tables_from_which_something_was_taken_that_it_needs()
    {
        await (await Store.Open(Database)).DisposeAsync();
        Write(level: 7, oldest: 6);

        var refusal = await Assert.ThrowsAsync<GroupCommitStartException>(() => Store.Open(Database));

        Assert.EndsWith("needs a release that knows schema version 6 or later; this one knows versions up to 5. Start a newer release on it.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((7, 6), Stored());
    }

    [Fact]
    public async Task Should_leave_the_release_before_a_version_that_it_knows()
    {
        await (await Store.Open(Database)).DisposeAsync();

        Assert.Equal((5, 2), Stored());
    }

    protected abstract void Write(int level, int oldest);

    protected abstract (int Level, int Oldest) Stored();

    protected static (int, int) Numbers(string? words) => words!.Split(' ') is [var level, var oldest]
        ? (int.Parse(level, System.Globalization.CultureInfo.InvariantCulture), int.Parse(oldest, System.Globalization.CultureInfo.InvariantCulture))
        : throw new FormatException(words);
}

public sealed class When_a_release_meets_another_schema_on_SQLite : When_a_release_meets_another_schema<SqliteFile>
{
    protected override void Write(int level, int oldest)
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).Open();
        SqliteDatabase.Run(connection, $"UPDATE meta SET value = {level} WHERE name = 'level'; PRAGMA user_version = {oldest}");
    }

    protected override (int Level, int Oldest) Stored()
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).OpenForReading();
        return Numbers(SqliteDatabase.Query(connection, "SELECT value || ' ' || user_version FROM meta, pragma_user_version WHERE name = 'level'"));
    }
}

public sealed class When_a_release_meets_another_schema_on_PostgreSQL : When_a_release_meets_another_schema<SpecSchema>
{
    [Fact]
    public async Task Should_not_be_disturbed_by_a_migration_of_the_release_before()
    {
        await PostgresSpec.Apply(Database.Sql);

        // What it does when all is there.
        Database.Sql.Run("""
            INSERT INTO groupcommit_schema (part, version, applied_at) VALUES ('state', 2, now())
            ON CONFLICT (part) DO UPDATE SET version = excluded.version, applied_at = excluded.applied_at
            WHERE groupcommit_schema.version < excluded.version
            """);

        Assert.Equal((5, 2), Stored());
        Assert.Empty(await PostgresSpec.Apply(Database.Sql));
    }

    /// <summary>It made the tables after the column was there: its row has no level.</summary>
    [Fact]
    public async Task Should_take_what_the_release_before_has_made_for_what_it_is()
    {
        await PostgresSpec.Apply(Database.Sql);
        Database.Sql.Run("DROP TABLE groupcommit_identity; UPDATE groupcommit_schema SET level = NULL, version = 2 WHERE part = 'state'");

        Assert.Equal(["state 3", "state 4", "state 5"], await PostgresSpec.Apply(Database.Sql));
        Assert.Equal((5, 2), Stored());
    }

    [Fact]
    public async Task Should_upgrade_once_when_several_do_it_while_the_release_before_looks()
    {
        await PostgresSpec.Apply(Database.Sql);
        Database.Sql.Run("DROP TABLE groupcommit_identity; ALTER TABLE groupcommit_schema DROP COLUMN level");
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            var looks = 0;
            for (; !stop.IsCancellationRequested || looks == 0; looks++)
                Assert.Equal("2", Database.Sql.Ask("SELECT version FROM groupcommit_schema WHERE part = 'state'"));
        });

        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresSpec.Apply(Database.Sql))));
        await stop.CancelAsync();
        await looking.Soon();

        Assert.Equal(["state 3", "state 4", "state 5"], all.SelectMany(applied => applied));
    }

    [Fact]
    public async Task Should_let_the_application_use_what_is_new_as_it_uses_the_rest()
    {
        await PostgresSpec.Apply(Database.Sql);
        var role = $"{Database.Sql.Schema}_app";
        Database.Sql.Run($"""
            DROP TABLE groupcommit_identity;
            UPDATE groupcommit_schema SET level = 2 WHERE part = 'state';
            CREATE ROLE {role} LOGIN;
            GRANT USAGE ON SCHEMA {Database.Sql.Schema} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {Database.Sql.Schema} TO {role};
            """);
        try
        {
            await PostgresSpec.Apply(Database.Sql);

            await using var store = await Store.Open(Database, options =>
            {
                options.ConnectionString = new Npgsql.NpgsqlConnectionStringBuilder(Database.Sql.ConnectionString) { Username = role, Pooling = false }.ConnectionString;
                (options.ApplySchemaAtStart, options.Sharing) = (false, GroupCommitSharing.OneService);
            });
            Assert.True(await store.Commit(Store.Write("ka")));
        }
        finally
        {
            Database.Sql.Run($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    protected override void Write(int level, int oldest) => Database.Sql.Run($"UPDATE groupcommit_schema SET level = {level}, version = {oldest} WHERE part = 'state'");

    protected override (int Level, int Oldest) Stored() => Numbers(Database.Sql.Ask("SELECT level || ' ' || version FROM groupcommit_schema WHERE part = 'state'"));
}
