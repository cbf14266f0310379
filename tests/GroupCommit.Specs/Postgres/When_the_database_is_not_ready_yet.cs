using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Testing.Servers;

namespace GroupCommit.Specs.Postgres;

/// <summary>What an operator brings while silos start already: they wait for it.</summary>
public sealed class When_the_database_is_not_ready_yet : IDisposable
{
    private readonly SpecSchema _database = new();
    private readonly string _name = $"late_{Guid.NewGuid():N}";

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        _database.Sql.Run($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        _database.Sql.Run($"DROP ROLE IF EXISTS {_name}");
        _database.Dispose();
    }

    [Fact]
    public Task Should_wait_for_the_database_itself() => WaitFor(
        settings => (settings.Database, settings.SearchPath) = (_name, null), $"database \"{_name}\" does not exist", () => _database.Sql.Run($"CREATE DATABASE {_name}"));

    [Fact]
    public Task Should_wait_for_its_role() => WaitFor(
        settings => settings.Username = _name, $"role \"{_name}\" does not exist", () => _database.Sql.Run($"CREATE ROLE {_name} LOGIN SUPERUSER"), then: $"DROP OWNED BY {_name}");

    [Fact]
    public Task Should_wait_for_the_rights_of_its_role()
    {
        _database.Sql.Run($"CREATE ROLE {_name} LOGIN");
        return WaitFor(
            settings => settings.Username = _name, "none of the schemas in the connection's search path",
            () => _database.Sql.Run($"GRANT ALL ON SCHEMA {_database.Sql.Schema} TO {_name}"), then: $"DROP OWNED BY {_name}");
    }

    [Fact]
    public Task Should_wait_for_its_schema() => WaitFor(
        settings => settings.SearchPath = _name, "none of the schemas in the connection's search path", () => _database.Sql.Run($"CREATE SCHEMA {_name}"), then: $"DROP SCHEMA {_name} CASCADE");

    [Fact]
    public Task Should_wait_for_its_tables() => WaitFor(
        _ => { }, "has schema version 0 and needs 5", () => PostgresSpec.Apply(_database.Sql).GetAwaiter().GetResult(), apply: false);

    [Fact]
    public async Task Should_wait_for_tables_of_an_older_release_to_be_upgraded()
    {
        await PostgresSpec.Apply(_database.Sql);
        _database.Sql.Run("DROP TABLE groupcommit_identity; ALTER TABLE groupcommit_schema DROP COLUMN level");

        await WaitFor(_ => { }, "has schema version 2 and needs 5", () => PostgresSpec.Apply(_database.Sql).GetAwaiter().GetResult(), apply: false);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.InvalidPassword, true)]
    [InlineData(PostgresErrorCodes.InvalidAuthorizationSpecification, true)]
    [InlineData(PostgresErrorCodes.InvalidCatalogName, true)]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, true)]
    [InlineData(PostgresErrorCodes.CannotConnectNow, true)]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, true)]
    [InlineData(PostgresErrorCodes.SyntaxError, false)]
    [InlineData(PostgresErrorCodes.DuplicateTable, false)]
    public void Should_know_what_somebody_may_put_right_meanwhile(string code, bool mayPass) =>
        Assert.Equal(mayPass, PostgresErrors.MayPass(new PostgresException("no", "FATAL", "FATAL", code)));

    [Fact]
    public async Task Should_wait_for_a_name_that_is_not_known_yet()
    {
        var fault = await Assert.ThrowsAsync<GroupCommitNotReadyException>(() => GroupCommitSchema.Verify("Host=nobody.invalid;Database=shop;Username=u"));

        Assert.StartsWith("The database 'shop' on nobody.invalid:5432 cannot be used: ", fault.Message, StringComparison.Ordinal);
    }

    private async Task WaitFor(Action<NpgsqlConnectionStringBuilder> change, string reason, Action bring, bool apply = true, string? then = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.Sql.ConnectionString) { Pooling = false };
        change(settings);
        using var late = new SpecSchema(PostgresDatabase.At(settings.ConnectionString));
        Action<GroupCommitOptions> patient = options => (options.ApplySchemaAtStart, options.StartTimeout) = (apply, Limits.Patience);
        var log = new LogLines();

        var impatient = await Assert.ThrowsAsync<GroupCommitNotReadyException>(() => Store.Open(late, options => options.ApplySchemaAtStart = apply));
        Assert.Contains(reason, impatient.Message, StringComparison.Ordinal);

        var opening = Task.Run(() => Store.Open(late, patient, log: log));
        await Eventually.Is(() => log.At(LogLevel.Warning).Any(line => line.Contains("Waiting up to 00:01:00 for what is missing", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal)));
        Assert.False(opening.IsCompleted);
        bring();

        await using (var store = await opening.Soon())
            Assert.True(await store.Commit(Store.Write("ka")));
        Assert.Single(log.At(LogLevel.Warning), line => line.Contains("Waiting up to", StringComparison.Ordinal));
        if (then is not null)
            _database.Sql.Run(then);
    }
}
