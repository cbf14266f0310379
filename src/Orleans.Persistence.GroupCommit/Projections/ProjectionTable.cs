using System.Data.Common;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>What is stored of one projection beside its rows. The statements are the same on each database.</summary>
internal sealed class ProjectionTable(IProjectionLease lease, string serviceId, string name)
{
    /// <summary>Makes sure that the projection is known, and locks it until the transaction ends.</summary>
    /// <returns>The version of what is there; 0: nothing, or it is to be made anew.</returns>
    public async Task<int> Lock(DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (await ReadVersion(transaction, cancellationToken).ConfigureAwait(false) is { } version)
            return version;

        await Run(transaction,
            "INSERT INTO groupcommit_projections (service_id, name, version) VALUES (@service, @name, 0) ON CONFLICT DO NOTHING",
            cancellationToken)
            .ConfigureAwait(false);
        return await ReadVersion(transaction, cancellationToken).ConfigureAwait(false) ?? 0;
    }

    /// <summary>Without a transaction, nothing is locked.</summary>
    public async Task<int?> ReadVersion(DbTransaction? transaction, CancellationToken cancellationToken)
    {
        var locking = transaction is null ? "" : lease.RowLock;
        using var command = Command(
            transaction, $"SELECT version FROM groupcommit_projections WHERE service_id = @service AND name = @name{locking}");
        var found = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        return found is null ? null : Convert.ToInt32(found, System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<Dictionary<long, long>> ReadPositions(DbTransaction transaction, CancellationToken cancellationToken)
    {
        using var command = Command(transaction,
            "SELECT owner, position FROM groupcommit_projected WHERE service_id = @service AND name = @name");
        using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var positions = new Dictionary<long, long>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            positions.Add(rows.GetInt64(0), rows.GetInt64(1));

        return positions;
    }

    /// <exception cref="ProjectionMovedException">The place is not the one before: somebody else has applied meanwhile what was applied
    /// here.</exception>
    /// <exception cref="InvalidOperationException">Somebody has ended the transaction: what it did is stored, or gone, without its
    /// place.</exception>
    public async Task WritePosition(
        DbTransaction transaction, long owner, long before, long position, CancellationToken cancellationToken)
    {
        // Npgsql throws by itself.
        if (transaction.Connection is null)
            throw new InvalidOperationException(
                "The projection has ended the transaction, which is not its own: commit and roll back nothing there.");

        var written = before == 0
            ? await Run(
                transaction,
                """
                INSERT INTO groupcommit_projected (service_id, name, owner, position) VALUES (@service, @name, @owner, @position)
                ON CONFLICT DO NOTHING
                """,
                cancellationToken, ("owner", owner), ("position", position)).ConfigureAwait(false)
            : await Run(
                transaction,
                """
                UPDATE groupcommit_projected SET position = @position
                WHERE service_id = @service AND name = @name AND owner = @owner AND position = @before
                """,
                cancellationToken, ("owner", owner), ("position", position), ("before", before)).ConfigureAwait(false);
        if (written == 0)
            throw new ProjectionMovedException($"The projection '{name}' is not at {before} any more: somebody else has moved it.");
    }

    public Task WriteVersion(DbTransaction transaction, int version, CancellationToken cancellationToken) => Run(
        transaction, "UPDATE groupcommit_projections SET version = @version WHERE service_id = @service AND name = @name",
            cancellationToken, ("version", version));

    /// <summary>Back to the first entry.</summary>
    public async Task Forget(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await Run(transaction, "DELETE FROM groupcommit_projected WHERE service_id = @service AND name = @name",
            cancellationToken).ConfigureAwait(false);
        await Run(transaction, "DELETE FROM groupcommit_projection_faults WHERE service_id = @service AND name = @name",
            cancellationToken).ConfigureAwait(false);
    }

    public Task SetAside(DbTransaction transaction, in LogRecord record, string reason, DateTimeOffset now,
        CancellationToken cancellationToken) => Run(
        transaction,
        """
        INSERT INTO groupcommit_projection_faults (service_id, name, id, entity, sequence, reason, noticed_at)
        VALUES (@service, @name, @id, @entity, @sequence, @reason, @noticed_at) ON CONFLICT DO NOTHING
        """,
        cancellationToken, ("id", record.Id), ("entity", record.Row.Entity), ("sequence", record.Row.Sequence),
            ("reason", Storable(reason)),
        ("noticed_at", now.ToUnixTimeMilliseconds()));

    public async Task<IReadOnlyList<DurableProjectionFault>> ReadSetAside(long afterId, int limit, CancellationToken cancellationToken)
    {
        using var command = Command(
            null,
            """
            SELECT id, entity, sequence, reason, noticed_at FROM groupcommit_projection_faults
            WHERE service_id = @service AND name = @name AND id > @after ORDER BY id LIMIT @limit
            """,
            ("after", afterId), ("limit", limit));
        using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<DurableProjectionFault> faults = [];
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            faults.Add(new DurableProjectionFault(
                rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.GetString(3),
                    DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(4))));
        }

        return faults;
    }

    // An exception may quote anything.
    private static string Storable(string reason) => Storage.Postgres.PostgresText.Storable(reason);

    /// <returns>How many rows it wrote.</returns>
    private async Task<int> Run(
        DbTransaction transaction, string sql, CancellationToken cancellationToken, params (string, object)[] values)
    {
        using var command = Command(transaction, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private DbCommand Command(DbTransaction? transaction, string sql, params (string Name, object Value)[] values)
    {
        var command = lease.Connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.CommandTimeout = lease.CommandTimeout;
        foreach (var (parameter, value) in (ReadOnlySpan<(string, object)>)[("service", serviceId), ("name", name), .. values])
        {
            var bound = command.CreateParameter();
            (bound.ParameterName, bound.Value) = (parameter, value);
            command.Parameters.Add(bound);
        }

        return command;
    }
}

/// <summary>Two have run a projection at once; what this one did is not kept.</summary>
internal sealed class ProjectionMovedException(string message) : InvalidOperationException(message);
