using Npgsql;
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
    /// <exception cref="InvalidOperationException">
    /// The database cannot be reached or used (its message says why): it is older than 15, its schema was made by a newer release, or
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
}
