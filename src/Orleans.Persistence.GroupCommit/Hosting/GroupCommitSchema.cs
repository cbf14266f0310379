using Npgsql;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace Orleans.Persistence.GroupCommit;

/// <summary>Creates and upgrades the tables in a PostgreSQL database (15 or later), before silos start. Thread-safe.</summary>
public static class GroupCommitSchema
{
    /// <summary>
    /// Brings the parts to the version of this release, in one transaction: after a failure all is as it was. May be repeated, and run by
    /// several processes at once: one works, the others wait for it. The tables lie in the first schema of the connection's search path.
    /// A table <c>orleansstorage</c> of Microsoft.Orleans.Persistence.AdoNet that is there already is kept, with its rows, and gets a
    /// column and a unique index; meanwhile nobody can use it.
    /// </summary>
    /// <param name="connectionString">Of Npgsql; the user must be allowed to create tables.</param>
    /// <param name="parts">Which tables.</param>
    /// <param name="cancellationToken">Gives up and leaves everything as it was.</param>
    /// <returns>What was applied, e.g. <c>state 1</c>; nothing when all was there.</returns>
    /// <exception cref="GroupCommitNotReadyException">The database cannot be used yet (its message says why): whoever waits may try again.</exception>
    /// <exception cref="GroupCommitStartException">
    /// It cannot be used: it is older than 15, a newer release has changed its tables in a way that this one does not know, or
    /// orleansstorage holds rows twice: then nothing was changed and the message names them.
    /// </exception>
    public static async Task<IReadOnlyList<string>> Apply(
        string connectionString, GroupCommitSchemaParts parts = GroupCommitSchemaParts.All, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var source = NpgsqlDataSource.Create(connectionString);
        await using (source.ConfigureAwait(false))
            return await PostgresSchema.Apply(source, parts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that the parts are there and that this release can work on them. Changes nothing; for processes that wait for somebody to apply them.</summary>
    /// <param name="connectionString">Of Npgsql.</param>
    /// <param name="parts">Which tables.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GroupCommitNotReadyException">Not yet: the database cannot be used, or the tables are not there or too old.</exception>
    /// <exception cref="GroupCommitStartException">It cannot be used: it is older than 15, or a newer release has changed its tables in a way that this one does not know.</exception>
    public static async Task Verify(
        string connectionString, GroupCommitSchemaParts parts = GroupCommitSchemaParts.All, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var source = NpgsqlDataSource.Create(connectionString);
        await using (source.ConfigureAwait(false))
            await PostgresSchema.Verify(source, parts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes sure that a database which one service has for itself (<see cref="GroupCommitOptions.Sharing"/>) is not somebody else's. Changes nothing; for
    /// clients, and for silos before they start. A process that may not read whose it is passes.
    /// </summary>
    /// <param name="connectionString">Of Npgsql.</param>
    /// <param name="serviceId">Of the process that is about to start.</param>
    /// <param name="clusterId">Of its cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GroupCommitNotReadyException">The database cannot be used yet.</exception>
    /// <exception cref="GroupCommitStartException">The database is somebody else's: the message says whose.</exception>
    public static async Task VerifyIdentity(string connectionString, string serviceId, string clusterId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var source = NpgsqlDataSource.Create(connectionString);
        await using (source.ConfigureAwait(false))
            await PostgresIdentity.Verify(source, new ServiceIdentity(serviceId, clusterId), cancellationToken).ConfigureAwait(false);
    }
}
