using Npgsql;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Testing.Servers;

namespace GroupCommit.Specs.Schema;

public sealed class When_the_schema_is_applied : IDisposable
{
    private static readonly string[] Everything = ["state 1", "state 2", "state 3", "state 4", "state 5", "clustering 1", "AdoNet grain storage 1"];

    private readonly PostgresDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_do_it_once()
    {
        Assert.Equal(Everything, await PostgresSpec.Apply(_database));
        Assert.Empty(await PostgresSpec.Apply(_database));
    }

    [Fact]
    public async Task Should_do_it_once_for_many_at_the_same_time()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PostgresSpec.Apply(_database))));

        Assert.Equal(Everything, all.SelectMany(applied => applied));
    }

    [Fact]
    public async Task Should_wait_for_one_that_is_at_work_and_find_it_done()
    {
        await using var other = _database.Open();
        await Run(other, "BEGIN; SELECT pg_advisory_xact_lock(x'4F724743'::integer, hashtext(current_schema()))");

        var applied = PostgresSpec.Apply(_database);
        await Eventually.Is(SomebodyWaits);
        Assert.Empty(PostgresSpec.Tables(_database));
        await Run(other, "COMMIT");

        Assert.Equal(Everything, await applied);
    }

    [Fact]
    public async Task Should_refuse_what_a_newer_release_has_made_while_it_waited()
    {
        await using var newer = _database.Open();
        await Run(newer, "BEGIN; SELECT pg_advisory_xact_lock(x'4F724743'::integer, hashtext(current_schema()))");

        var applied = PostgresSpec.Apply(_database);
        await Eventually.Is(SomebodyWaits);
        await Run(newer, """
            CREATE TABLE groupcommit_schema (part text PRIMARY KEY, version integer NOT NULL, applied_at timestamptz NOT NULL);
            INSERT INTO groupcommit_schema VALUES ('state', 9, now());
            COMMIT
            """);

        var message = await PostgresSpec.Refusal(() => applied);
        Assert.Contains("needs a release that knows schema version 9 or later; this one knows versions up to 5.", message, StringComparison.Ordinal);
        Assert.Equal(["groupcommit_schema"], PostgresSpec.Tables(_database));
        Assert.Equal(["state 9"], _database.Query("SELECT part || ' ' || version FROM groupcommit_schema").Select(row => row[0]));
    }

    [Fact]
    public async Task Should_make_only_the_parts_that_were_asked_for()
    {
        Assert.Equal(["clustering 1"], await PostgresSpec.Apply(_database, GroupCommitSchemaParts.Clustering));
        Assert.Equal(["groupcommit_schema", "orleansmembershiptable", "orleansmembershipversiontable", "orleansquery"], PostgresSpec.Tables(_database));

        Assert.Equal(["state 1", "state 2", "state 3", "state 4", "state 5", "AdoNet grain storage 1"], await PostgresSpec.Apply(_database, GroupCommitSchemaParts.AdoNetGrainStorage));
        Assert.Contains("orleansstorage", PostgresSpec.Tables(_database));
    }

    [Fact]
    public async Task Should_leave_nothing_behind_when_it_fails()
    {
        // In its way: a table of somebody else's, without the column that an index is for.
        _database.Run("CREATE TABLE groupcommit_schedules (other integer)");
        var before = PostgresSpec.Tables(_database);

        await Assert.ThrowsAsync<GroupCommitStartException>(() => PostgresSpec.Apply(_database));

        Assert.Equal(before, PostgresSpec.Tables(_database));
    }

    [Fact]
    public async Task Should_start_without_the_right_to_create_anything_once_it_is_there()
    {
        await PostgresSpec.Apply(_database);
        var role = $"{_database.Schema}_reader";
        _database.Run($"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {_database.Schema} TO {role}; "
            + $"GRANT SELECT ON groupcommit_schema TO {role}");
        try
        {
            var connectionString = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = role, Pooling = false }.ConnectionString;
            await using var source = NpgsqlDataSource.Create(connectionString);

            await PostgresSchema.Open(source, apply: true, CancellationToken.None);
        }
        finally
        {
            _database.Run($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    private bool SomebodyWaits() => _database.Ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
        + "AND objid::bigint = hashtext(current_schema())::bigint & 4294967295") == "1";

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Only those above.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
