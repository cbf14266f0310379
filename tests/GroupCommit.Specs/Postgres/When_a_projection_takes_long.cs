using Npgsql;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Postgres;

/// <summary>Its calls have a limit of their own.</summary>
public sealed class When_a_projection_takes_long : IDisposable
{
    private const string Slow = "SELECT pg_sleep(1.1)";

    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_have_as_long_for_a_statement_as_for_a_call()
    {
        await using var store = await Store.Open(_database, options => options.StatementTimeout = TimeSpan.FromSeconds(1));
        await using var patient = await store.Dialect.Inner.Logs.TryLease("patient", TimeSpan.FromMinutes(1), CancellationToken.None);
        await using var hasty = await store.Dialect.Inner.Logs.TryLease("hasty", TimeSpan.Zero, CancellationToken.None);

        await Run(patient!, isLong: false);
        await Run(hasty!, isLong: true);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run(hasty!, isLong: false));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, refused.SqlState);
        Assert.False(hasty!.IsOutage(refused));
    }

    /// <summary>A command that is still at work, say, would be so on any connection.</summary>
    [Fact]
    public async Task Should_be_blamed_for_how_it_uses_its_connection()
    {
        await using var store = await Store.Open(_database);
        await using var lease = await store.Dialect.Inner.Logs.TryLease("misused", TimeSpan.Zero, CancellationToken.None);

        Assert.False(lease!.IsOutage(new NpgsqlException("A command is already in progress.")));
        Assert.True(lease.IsOutage(new NpgsqlException("Exception while reading from stream.", new IOException("Reset by peer."))));
    }

    private static Task Run(IProjectionLease lease, bool isLong) => lease.InTransaction(
        async transaction =>
        {
            using var command = lease.Connection.CreateCommand();
            (command.CommandText, command.Transaction) = (Slow, transaction);
            await command.ExecuteNonQueryAsync();
        },
        isLong, CancellationToken.None);
}
