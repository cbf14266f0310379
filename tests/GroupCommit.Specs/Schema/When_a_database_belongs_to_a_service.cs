using System.Net;
using Microsoft.Extensions.Options;
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

        var refusal = (await Assert.ThrowsAsync<InvalidOperationException>(() => Open(service, cluster))).Message;

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

    protected Task Open(string service, string cluster, GroupCommitSharing sharing = GroupCommitSharing.OneService) =>
        Open(Database, service, cluster, sharing);

    protected abstract Task Open(TDatabase database, string service, string cluster, GroupCommitSharing sharing);

    protected abstract string Owner();
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

        var refusal = (await Assert.ThrowsAsync<InvalidOperationException>(() => Open("other", "blue"))).Message;
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
        // Long gone: only its log is left.
        Database.Sql.Run("INSERT INTO groupcommit_log VALUES ('archive', 'audit', 'a', 1, '')");

        var refusal = (await Assert.ThrowsAsync<InvalidOperationException>(() => Open("shop", "blue"))).Message;

        Assert.Contains("has rows of the services 'another', 'archive', 'shop'", refusal, StringComparison.Ordinal);
        Assert.Equal("", Owner());
    }

    [Fact]
    public async Task Should_be_the_clusters_whose_silos_it_knows()
    {
        await PostgresSpec.Apply(Database.Sql);
        Database.Sql.Run("INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('blue')");

        var refusal = (await Assert.ThrowsAsync<InvalidOperationException>(() => Open("shop", "green"))).Message;
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

        await Assert.ThrowsAsync<InvalidOperationException>(() => Open("other", "blue"));

        Assert.Equal(before, Database.Sql.Ask("SELECT count(*) FROM groupcommit_owners"));
    }

    protected override async Task Open(SpecSchema database, string service, string cluster, GroupCommitSharing sharing)
    {
        await using var dialect = Dialect(service, cluster, sharing);
        await dialect.Open(applySchema: true, CancellationToken.None);
    }

    protected override string Owner() => Database.Sql.Ask("SELECT service_id || ' ' || cluster_id FROM groupcommit_identity") ?? "";

    private async Task WriteAs(string service)
    {
        await using var dialect = Dialect(service, "blue", GroupCommitSharing.ManyServices);
        await dialect.Open(applySchema: true, CancellationToken.None);
        Assert.True(Assert.Single(await dialect.Commit([Store.Write("ka")], CancellationToken.None)));
        // As after a week, when nobody knows its processes any more.
        Database.Sql.Run("DELETE FROM groupcommit_owners");
    }

    private PostgresDialect Dialect(string service, string cluster, GroupCommitSharing sharing) => new(
        Options.Create(new GroupCommitOptions { ConnectionString = Database.Sql.ConnectionString, Sharing = sharing }),
        Options.Create(new ClusterOptions { ServiceId = service, ClusterId = cluster }), SiloAddress.New(IPAddress.Loopback, 1, 1).ToParsableString());
}
