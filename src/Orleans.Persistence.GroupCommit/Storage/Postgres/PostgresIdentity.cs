using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Whose the database is, where one service has it for itself.</summary>
internal static class PostgresIdentity
{
    /// <summary>Changes nothing. Who may not read the table that says whose it is cannot be told.</summary>
    /// <exception cref="InvalidOperationException">The database is somebody else's.</exception>
    public static async Task Verify(NpgsqlConnection connection, ServiceIdentity comer, CancellationToken cancellationToken)
    {
        var database = $"The database {PostgresSchema.Name(connection)}";
        if (await Find(connection, cancellationToken).ConfigureAwait(false) is { } owner)
        {
            if (owner != comer)
                throw owner.Refuse(comer, database);
            return;
        }

        // Nobody has claimed it, but somebody may have used it, with an older release or as one of several.
        var services = await Names(connection, """
            WITH RECURSIVE
            state AS (
                (SELECT serviceid::text AS service FROM orleansstorage ORDER BY serviceid LIMIT 1)
                UNION ALL
                SELECT (SELECT serviceid::text FROM orleansstorage WHERE serviceid > service ORDER BY serviceid LIMIT 1) FROM state WHERE service IS NOT NULL
            ),
            log AS (
                (SELECT service_id AS service FROM groupcommit_log ORDER BY service_id LIMIT 1)
                UNION ALL
                SELECT (SELECT service_id FROM groupcommit_log WHERE service_id > service ORDER BY service_id LIMIT 1) FROM log WHERE service IS NOT NULL
            )
            SELECT service FROM state WHERE service IS NOT NULL
            UNION SELECT service FROM log WHERE service IS NOT NULL
            UNION SELECT service_id FROM groupcommit_owners
            ORDER BY 1
            """, cancellationToken, "orleansstorage", "groupcommit_log", "groupcommit_owners").ConfigureAwait(false);
        if (services.Except([comer.ServiceId]).Any())
        {
            throw new InvalidOperationException(
                $"{database} has rows of the {Words("service", services)}; this process is of the service '{comer.ServiceId}', and wants it for that alone. "
                + "Nothing was changed. Start it with the ServiceId of those rows, or on a database of its own.");
        }

        var clusters = await Names(
            connection, "SELECT deploymentid FROM orleansmembershipversiontable ORDER BY 1", cancellationToken, "orleansmembershipversiontable").ConfigureAwait(false);
        if (clusters.Count > 0 && !clusters.Contains(comer.ClusterId))
        {
            throw new InvalidOperationException(
                $"{database} has silos of the {Words("cluster", clusters)}; this process is of the cluster '{comer.ClusterId}', and wants it for that alone. "
                + "Nothing was changed. Start it with the ClusterId of those silos, or on a database of its own.");
        }
    }

    /// <summary>The first one to come has it from now on.</summary>
    /// <exception cref="InvalidOperationException">It is somebody else's.</exception>
    public static async Task<bool> Claim(NpgsqlConnection connection, ServiceIdentity comer, CancellationToken cancellationToken)
    {
        await Verify(connection, comer, cancellationToken).ConfigureAwait(false);
        await PostgresSchema.Query(
            connection, "INSERT INTO groupcommit_identity (service_id, cluster_id) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM groupcommit_identity) ON CONFLICT DO NOTHING",
            cancellationToken, comer.ServiceId, comer.ClusterId).ConfigureAwait(false);
        // Of several that came at once, one has it.
        var owner = await Find(connection, cancellationToken).ConfigureAwait(false);
        return owner is null || owner == comer ? true : throw owner.Value.Refuse(comer, $"The database {PostgresSchema.Name(connection)}");
    }

    private static async Task<ServiceIdentity?> Find(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await IsReadable(connection, "groupcommit_identity", cancellationToken).ConfigureAwait(false)
        && await PostgresSchema.Query(connection, "SELECT ARRAY[service_id, cluster_id] FROM groupcommit_identity", cancellationToken).ConfigureAwait(false)
            is string[] owner ? new ServiceIdentity(owner[0], owner[1]) : null;

    private static async Task<IReadOnlyList<string>> Names(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] tables)
    {
        foreach (var table in tables)
        {
            if (!await IsReadable(connection, table, cancellationToken).ConfigureAwait(false))
                return [];
        }

        return await PostgresSchema.Query(connection, $"SELECT array(SELECT * FROM ({sql}) AS names)", cancellationToken).ConfigureAwait(false) as string[] ?? [];
    }

    private static async Task<bool> IsReadable(NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        await PostgresSchema.Query(connection, "SELECT has_table_privilege(to_regclass($1), 'SELECT')", cancellationToken, table).ConfigureAwait(false) is true;

    private static string Words(string what, IReadOnlyList<string> names) => $"{what}{(names.Count == 1 ? "" : "s")} {string.Join(", ", names.Select(name => $"'{name}'"))}";
}
