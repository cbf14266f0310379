using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Schema;

public abstract class When_a_database_belongs_to_a_service<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_remember_whose_it_is()
    {
        await Open("shop", "blue");

        await Open("shop", "blue");
        Assert.Equal("shop blue", Owner());
    }

    [Theory, InlineData("shop", "green"), InlineData("other", "blue"), InlineData("Shop", "blue")]
    public async Task Should_refuse_whoever_comes_with_other_names_and_say_both(string service, string cluster)
    {
        await Open("shop", "blue");

        var refusal = (await Assert.ThrowsAsync<GroupCommitStartException>(() => Open(service, cluster))).Message;

        Assert.Contains("belongs to the service 'shop' and its cluster 'blue'", refusal, StringComparison.Ordinal);
        Assert.Contains($"this process is of the service '{service}' and the cluster '{cluster}'. Nothing was changed. Start it with", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.Equal("shop blue", Owner());
    }

    [Fact]
    public async Task Should_belong_to_nobody_where_many_may_come()
    {
        await Open("shop", "blue", GroupCommitSharing.ManyServices);
        await Open("other", "green", GroupCommitSharing.ManyServices);

        Assert.Equal("", Owner());
    }

    [Fact]
    public async Task Should_be_upgraded_by_no_stranger()
    {
        await Open("shop", "blue");
        SetLevel(2);

        await Assert.ThrowsAsync<GroupCommitStartException>(() => Open("other", "blue"));
        Assert.Equal(2, Level());

        await Open("shop", "blue");
        Assert.Equal(5, Level());
    }

    protected Task Open(string service, string cluster, GroupCommitSharing sharing = GroupCommitSharing.OneService) =>
        Open(Database, service, cluster, sharing);

    protected abstract Task Open(TDatabase database, string service, string cluster, GroupCommitSharing sharing);

    protected abstract string Owner();

    protected abstract int Level();

    protected abstract void SetLevel(int level);
}

public sealed class When_a_database_belongs_to_a_service_on_SQLite : When_a_database_belongs_to_a_service<SqliteFile>
{
    protected override async Task Open(SqliteFile database, string service, string cluster, GroupCommitSharing sharing)
    {
        await using var dialect = new SqliteDialect(
            Options.Create(new GroupCommitOptions { DatabasePath = database.Path, Sharing = sharing }), Options.Create(new ClusterOptions { ServiceId = service, ClusterId = cluster }));
        await dialect.Open(applySchema: true, CancellationToken.None);
    }

    protected override string Owner()
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).OpenForReading();
        return SqliteDatabase.Query(connection, "SELECT service_id || ' ' || cluster_id FROM identity") ?? "";
    }

    protected override int Level()
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).OpenForReading();
        return int.Parse(SqliteDatabase.Query(connection, "SELECT value FROM meta WHERE name = 'level'")!, CultureInfo.InvariantCulture);
    }

    protected override void SetLevel(int level)
    {
        using var connection = new SqliteDatabase(Database.Path, TimeSpan.FromSeconds(5)).Open();
        SqliteDatabase.Run(connection, $"""
            UPDATE meta SET value = {level} WHERE name = 'level';
            DROP TABLE positions;
            ALTER TABLE log DROP COLUMN provider; ALTER TABLE log DROP COLUMN namespace; ALTER TABLE log DROP COLUMN key; ALTER TABLE log DROP COLUMN written_at;
            """);
    }
}

public sealed class When_a_database_belongs_to_a_service_on_PostgreSQL : When_a_database_belongs_to_a_service<SpecSchema>
{
    [Fact]
    public async Task Should_be_one_services_when_several_come_first_at_once()
    {
        await PostgresSpec.Apply(Database.Sql);

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () => await Record.ExceptionAsync(() => Open($"shop-{n}", "blue")))));

        Assert.Single(all, fault => fault is null);
        Assert.Equal(7, all.Count(fault => fault is InvalidOperationException));
    }

    /// <summary>A release before this one has used it, and kept no names.</summary>
    [Fact]
    public async Task Should_be_theirs_whose_rows_are_there()
    {
        await WriteAs("shop");

        var refusal = (await Assert.ThrowsAsync<GroupCommitStartException>(() => Open("other", "blue"))).Message;
        Assert.Contains("has rows of the service 'shop'; this process is of the service 'other'", refusal, StringComparison.Ordinal);
        Assert.Equal("", Owner());

        await Open("shop", "blue");
        Assert.Equal("shop blue", Owner());
    }

    [Fact]
    public async Task Should_name_all_who_have_rows()
    {
        await WriteAs("shop");
        await WriteAs("another");
        var refusal = (await Assert.ThrowsAsync<GroupCommitStartException>(() => Open("shop", "blue"))).Message;

        Assert.Contains("has rows of the services 'another', 'shop'", refusal, StringComparison.Ordinal);
        Assert.Equal("", Owner());
    }

    /// <summary>A silo with a wrong setting: it has joined, done nothing, and ended.</summary>
    [Fact]
    public async Task Should_stay_theirs_whose_states_are_there_when_another_has_once_joined()
    {
        await WriteAs("shop");
        await using (var stranger = Dialect("other", "blue", GroupCommitSharing.ManyServices))
        {
            await stranger.Open(applySchema: true, CancellationToken.None);
            Assert.Contains("has rows of the services 'other', 'shop'", await PostgresSpec.Refusal(() => Open("shop", "blue")), StringComparison.Ordinal);
        }

        Assert.Contains("has rows of the service 'shop'", await PostgresSpec.Refusal(() => Open("other", "blue")), StringComparison.Ordinal);
        await Open("shop", "blue");
        Assert.Equal("shop blue", Owner());
    }

    [Fact]
    public async Task Should_be_theirs_for_whom_a_person_has_claimed_it_as_the_refusal_says()
    {
        await WriteAs("o'hara");
        await WriteAs("another");

        var refusal = await PostgresSpec.Refusal(() => Open("o'hara", "blue"));
        var sql = Regex.Match(refusal, "INSERT INTO .*(?=\\.$)").Value;
        Database.Sql.Run(sql);

        await Open("o'hara", "blue");
        Assert.Equal("o'hara blue", Owner());
    }

    /// <summary>Of an earlier release: without the table in which a person could say whose it is, there is no way out.</summary>
    [Fact]
    public async Task Should_be_upgraded_by_one_of_several_so_that_a_person_can_say_whose_it_is()
    {
        await WriteAs("shop");
        await WriteAs("another");
        Database.Sql.Run("DROP TABLE groupcommit_identity");
        SetLevel(2);

        await PostgresSpec.Refusal(() => Open("other", "blue"));
        Assert.Equal(2, Level());
        Assert.Contains("INSERT INTO groupcommit_identity", await PostgresSpec.Refusal(() => Open("shop", "blue")), StringComparison.Ordinal);
        Assert.Equal(5, Level());
        Assert.Equal("", Owner());
    }

    /// <summary>The tables are one role's; another one, an administrator's, has applied the step.</summary>
    [Fact]
    public async Task Should_be_claimed_and_used_by_the_role_whose_the_other_tables_are()
    {
        var role = $"{Database.Sql.Schema}_shop";
        await PostgresSpec.Apply(Database.Sql);
        Database.Sql.Run($"""
            DROP TABLE groupcommit_identity;
            CREATE ROLE {role} LOGIN;
            GRANT USAGE ON SCHEMA {Database.Sql.Schema} TO {role};
            DO $$ DECLARE made record; BEGIN
                FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP EXECUTE format('ALTER TABLE %I OWNER TO {role}', made.tablename); END LOOP;
            END $$
            """);
        try
        {
            SetLevel(2);
            await PostgresSpec.Apply(Database.Sql);

            var connectionString = new NpgsqlConnectionStringBuilder(Database.Sql.ConnectionString) { Username = role, Pooling = false }.ConnectionString;
            for (var start = 1; start <= 2; start++)
            {
                await using var dialect = Dialect("shop", "blue", GroupCommitSharing.OneService, connectionString);
                await dialect.Open(applySchema: true, CancellationToken.None);
                // What it was given for the claim, it does not need afterwards.
                Database.Sql.Run($"REVOKE INSERT ON groupcommit_identity FROM {role}");
            }

            Assert.Equal("shop blue", Owner());
        }
        finally
        {
            Database.Sql.Run($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Should_be_the_clusters_whose_silos_it_knows()
    {
        await PostgresSpec.Apply(Database.Sql);
        Database.Sql.Run("INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('blue')");

        var refusal = (await Assert.ThrowsAsync<GroupCommitStartException>(() => Open("shop", "green"))).Message;
        Assert.Contains("has silos of the cluster 'blue'; this process is of the cluster 'green'", refusal, StringComparison.Ordinal);

        await Open("shop", "blue");
    }

    [Fact]
    public async Task Should_tell_a_client_too_and_change_nothing()
    {
        await PostgresSpec.Apply(Database.Sql);
        await GroupCommitSchema.VerifyIdentity(Database.Sql.ConnectionString, "other", "blue");
        Assert.Equal("", Owner());

        await Open("shop", "blue");

        await GroupCommitSchema.VerifyIdentity(Database.Sql.ConnectionString, "shop", "blue");
        Assert.Contains("belongs to the service 'shop'", await PostgresSpec.Refusal(() => GroupCommitSchema.VerifyIdentity(Database.Sql.ConnectionString, "other", "blue")), StringComparison.Ordinal);
    }

    /// <summary>A client of this release starts on the tables of the one before.</summary>
    [Fact]
    public async Task Should_let_a_client_pass_where_no_names_are_kept()
    {
        await PostgresSpec.Apply(Database.Sql, GroupCommitSchemaParts.Clustering);

        await GroupCommitSchema.VerifyIdentity(Database.Sql.ConnectionString, "shop", "blue");
    }

    [Fact]
    public async Task Should_write_nothing_for_a_stranger()
    {
        await Open("shop", "blue");
        var before = Database.Sql.Ask("SELECT count(*) FROM groupcommit_owners");

        await Assert.ThrowsAsync<GroupCommitStartException>(() => Open("other", "blue"));

        Assert.Equal(before, Database.Sql.Ask("SELECT count(*) FROM groupcommit_owners"));
    }

    protected override async Task Open(SpecSchema database, string service, string cluster, GroupCommitSharing sharing)
    {
        await using var dialect = Dialect(service, cluster, sharing);
        await dialect.Open(applySchema: true, CancellationToken.None);
    }

    protected override string Owner() => Database.Sql.Ask("SELECT service_id || ' ' || cluster_id FROM groupcommit_identity") ?? "";

    protected override int Level() => int.Parse(Database.Sql.Ask("SELECT level FROM groupcommit_schema WHERE part = 'state'")!, CultureInfo.InvariantCulture);

    protected override void SetLevel(int level) => Database.Sql.Run($"UPDATE groupcommit_schema SET level = {level} WHERE part = 'state'");

    private async Task WriteAs(string service)
    {
        await using var dialect = Dialect(service, "blue", GroupCommitSharing.ManyServices);
        await dialect.Open(applySchema: true, CancellationToken.None);
        Assert.True(Assert.Single(await dialect.Commit([Store.Write("ka")], CancellationToken.None)));
        // As after a week, when nobody knows its processes any more.
        Database.Sql.Run("DELETE FROM groupcommit_owners");
    }

    private PostgresDialect Dialect(string service, string cluster, GroupCommitSharing sharing, string? connectionString = null) => new(
        Options.Create(new GroupCommitOptions { ConnectionString = connectionString ?? Database.Sql.ConnectionString, Sharing = sharing }),
        Options.Create(new ClusterOptions { ServiceId = service, ClusterId = cluster }), SiloAddress.New(IPAddress.Loopback, 1, 1).ToParsableString());
}
