using Npgsql;
using Testing.Servers;

namespace GroupCommit.Specs.Health;

public sealed class When_PostgreSQL_takes_no_writes : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("orleansstorage")]
    [InlineData("groupcommit_entries")]
    [InlineData("groupcommit_outbox")]
    [InlineData("groupcommit_schedules")]
    [InlineData("groupcommit_log")]
    public async Task Should_name_a_lock_on_any_table_that_a_commit_touches(string table)
    {
        await using var store = await Store.Open(_database);
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        await using (var other = _database.Sql.Open())
        {
            await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE", other);
            await command.ExecuteNonQueryAsync();
            await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: another connection holds a lock");
        }

        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Theory]
    [InlineData("INSERT", "orleansstorage")]
    [InlineData("UPDATE", "orleansstorage")]
    [InlineData("INSERT", "groupcommit_entries")]
    [InlineData("INSERT", "groupcommit_outbox")]
    [InlineData("DELETE", "groupcommit_outbox")]
    [InlineData("INSERT", "groupcommit_schedules")]
    [InlineData("INSERT", "groupcommit_log")]
    public async Task Should_notice_a_right_that_was_taken_away(string right, string table)
    {
        var role = $"role_{Guid.NewGuid():N}";
        _database.Sql.Run($"CREATE ROLE {role} LOGIN");
        try
        {
            await (await Store.Open(_database)).DisposeAsync();
            var schema = _database.Sql.Schema;
            _database.Sql.Run($"GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA {schema} TO {role}");
            await using var store = await Store.Open(_database, options =>
            {
                options.ApplySchemaAtStart = false;
                options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Username = role, Password = null }.ConnectionString;
            });
            await Eventually.Is(async () => await store.Health.FindFault() is null);

            _database.Sql.Run($"REVOKE {right} ON {table} FROM {role}");
            await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: its user lacks a right");
            _database.Sql.Run($"GRANT {right} ON {table} TO {role}");
            await Eventually.Is(async () => await store.Health.FindFault() is null);
        }
        finally
        {
            _database.Sql.Run($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Should_name_missing_tables()
    {
        await using var store = await Store.Open(_database);
        _database.Sql.Run("ALTER TABLE groupcommit_log RENAME TO hidden");
        await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: it has not this release's tables");

        _database.Sql.Run("ALTER TABLE hidden RENAME TO groupcommit_log");
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }
}

/// <summary>On a server of its own, which it sets, fills, freezes and stops.</summary>
public sealed class When_a_server_of_PostgreSQL_takes_no_writes : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.StartNew();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Should_name_a_server_that_is_set_to_read_only_while_sessions_are_open()
    {
        var database = new SpecSchema(_server);
        await using var store = await Store.Open(database);
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        database.Sql.Run("ALTER SYSTEM SET default_transaction_read_only = on");
        database.Sql.Run("SELECT pg_reload_conf()");
        await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: it is read-only");

        database.Sql.Run("ALTER SYSTEM RESET default_transaction_read_only");
        database.Sql.Run("SELECT pg_reload_conf()");
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Fact]
    public async Task Should_name_the_full_disk_also_when_no_order_comes()
    {
        using var disk = new SmallDisk(mebibytes: 4, owner: Environment.UserName == "root" ? "postgres" : Environment.UserName);
        var database = new SpecSchema(_server);
        await using var store = await Store.Open(database);
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        database.Sql.Run($"CREATE TABLESPACE small LOCATION '{disk.Path}'");
        database.Sql.Run("ALTER TABLE groupcommit_entries SET TABLESPACE small");
        database.Sql.Run("CREATE TABLE filler (page text) TABLESPACE small; ALTER TABLE filler ALTER COLUMN page SET STORAGE PLAIN");
        while (Fits(database))
        {
        }

        await Eventually.Is(async () => await store.Health.FindFault() == "the database takes no writes: its disk is full");
        database.Sql.Run("DROP TABLE filler");
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        _server.Kill(); // Before its disk goes.
    }

    [Fact]
    public async Task Should_say_that_it_hangs_and_that_it_is_gone()
    {
        await using var store = await Store.Open(
            new SpecSchema(_server), options => (options.StatementTimeout, options.EnqueueTimeout) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)));
        await Eventually.Is(async () => await store.Health.FindFault() is null);
        _server.Pause();
        await Eventually.Is(async () => await store.Health.FindFault() == "the database does not answer in time");
        _server.Continue();
        await Eventually.Is(async () => await store.Health.FindFault() is null);

        _server.Kill();
        await Eventually.Is(async () => await store.Health.FindFault() == "the database cannot be reached");
        _server.Start();
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    private static bool Fits(SpecSchema database)
    {
        try
        {
            database.Sql.Run("INSERT INTO filler VALUES (repeat('x', 7000))");
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
        {
            return false;
        }
    }
}
