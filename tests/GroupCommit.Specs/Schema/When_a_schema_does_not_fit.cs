using Npgsql;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Testing.Servers;

namespace GroupCommit.Specs.Schema;

public sealed class When_a_schema_does_not_fit : IDisposable
{
    private readonly PostgresDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_refuse_one_that_only_newer_releases_can_work_on()
    {
        await PostgresSpec.Apply(_database);
        _database.Run("UPDATE groupcommit_schema SET version = 9 WHERE part = 'state'");

        foreach (var refused in new[] { () => PostgresSpec.Apply(_database), () => Open(apply: true), () => Open(apply: false) })
        {
            var message = await PostgresSpec.Refusal(refused);
            Assert.EndsWith("needs a release that knows schema version 9 or later; this one knows versions up to 5. Start a newer release on it.", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Should_refuse_an_older_one_that_is_not_to_be_upgraded_and_leave_it_alone()
    {
        var message = await PostgresSpec.Refusal(() => Open(apply: false));

        Assert.Contains("has schema version 0 and needs 5; set ApplySchemaAtStart", message, StringComparison.Ordinal);
        Assert.Contains(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Port.ToString(), message, StringComparison.Ordinal);
        Assert.Empty(PostgresSpec.Tables(_database));
    }

    [Fact]
    public async Task Should_take_it_as_it_is_when_it_fits()
    {
        await Open(apply: true);
        await Open(apply: false);

        Assert.DoesNotContain("orleansmembershiptable", PostgresSpec.Tables(_database));
    }

    [Theory, InlineData(14, 12, false), InlineData(9, 6, false), InlineData(15, 0, true), InlineData(18, 1, true)]
    public void Should_refuse_a_server_that_is_too_old(int major, int minor, bool fits)
    {
        var error = Record.Exception(() => PostgresSchema.VerifyServer(new Version(major, minor), "'shop' on db:5432"));

        if (fits)
            Assert.Null(error);
        else
            Assert.Equal($"The database 'shop' on db:5432 is PostgreSQL {major}.{minor}; it must be 15 or later.", Assert.IsType<GroupCommitStartException>(error).Message);
    }

    [Fact]
    public async Task Should_say_that_the_search_path_leads_nowhere()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { SearchPath = "nobody_made_it" }.ConnectionString;

        Assert.Contains("search path", await PostgresSpec.Refusal(() => GroupCommitSchema.Apply(nowhere)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_a_search_path_that_makes_tables_in_one_schema_and_finds_them_in_another()
    {
        using var first = new PostgresDatabase();
        await PostgresSpec.Apply(_database);
        var both = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { SearchPath = $"{first.Schema}, {_database.Schema}" }.ConnectionString;

        foreach (var refused in new Func<Task>[] { () => GroupCommitSchema.Apply(both), () => Open(apply: true, both), () => Open(apply: false, both) })
        {
            var message = await PostgresSpec.Refusal(refused);
            Assert.Contains($"has such tables in the schema {_database.Schema}, and others come first", message, StringComparison.Ordinal);
            Assert.Contains($"Begin the search path with {_database.Schema}", message, StringComparison.Ordinal);
        }

        Assert.Empty(PostgresSpec.Tables(first));
    }

    [Fact]
    public async Task Should_take_a_search_path_that_begins_where_the_tables_are()
    {
        using var second = new PostgresDatabase();
        await PostgresSpec.Apply(_database);
        var both = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { SearchPath = $"{_database.Schema}, {second.Schema}" }.ConnectionString;

        await Open(apply: false, both);
        Assert.Empty(await GroupCommitSchema.Apply(both));
    }

    [Fact]
    public async Task Should_say_that_a_server_cannot_be_reached_and_never_tell_the_password()
    {
        var message = await PostgresSpec.Refusal(() => GroupCommitSchema.Apply("Host=127.0.0.1;Port=1;Database=shop;Username=u;Password=secret"));

        Assert.StartsWith("The database 'shop' on 127.0.0.1:1 cannot be used: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private async Task Open(bool apply, string? connectionString = null)
    {
        await using var source = NpgsqlDataSource.Create(connectionString ?? _database.ConnectionString);
        await PostgresSchema.Open(source, apply, CancellationToken.None).Soon();
    }
}
