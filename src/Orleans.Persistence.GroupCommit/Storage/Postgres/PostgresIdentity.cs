using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Whose the database is, where one service has it for itself.</summary>
internal static class PostgresIdentity
{
    private const string Table = "groupcommit_identity";

    /// <summary>See below; on a connection of its own, with what goes wrong told in a sentence.</summary>
    public static Task Verify(NpgsqlDataSource source, ServiceIdentity comer, CancellationToken cancellationToken) => PostgresSchema.Explained(source, async connection =>
    {
        await Verify(connection, comer, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <summary>See below; on a connection of its own, with what goes wrong told in a sentence.</summary>
    public static Task Claim(NpgsqlDataSource source, ServiceIdentity comer, CancellationToken cancellationToken) =>
        PostgresSchema.Explained(source, connection => Claim(connection, comer, cancellationToken), cancellationToken);

    /// <summary>Changes nothing. Who may not read the table that says whose it is cannot be told.</summary>
    /// <exception cref="GroupCommitStartException">The database is somebody else's.</exception>
    private static async Task Verify(NpgsqlConnection connection, ServiceIdentity comer, CancellationToken cancellationToken)
    {
        var database = $"The database {PostgresSchema.Name(connection)}";
        if (await Find(connection, cancellationToken).ConfigureAwait(false) is { } owner)
        {
            if (owner != comer)
                throw owner.Refuse(comer, database);
            return;
        }

        // Nobody has claimed it, but somebody may use it, with an older release or as one of several. Who came by mistake and stored nothing does not count.
        var services = (await Names(connection, """
            WITH RECURSIVE state AS (
                (SELECT serviceid::text AS service FROM orleansstorage ORDER BY serviceid LIMIT 1)
                UNION ALL
                SELECT (SELECT serviceid::text FROM orleansstorage WHERE serviceid > service ORDER BY serviceid LIMIT 1) FROM state WHERE service IS NOT NULL
            )
            SELECT service FROM state WHERE service IS NOT NULL
            """, "orleansstorage", cancellationToken).ConfigureAwait(false))
            .Union(await Names(
                connection, "SELECT DISTINCT service_id FROM groupcommit_owners WHERE adopted_by IS NULL AND alive_until > now()", "groupcommit_owners", cancellationToken)
                .ConfigureAwait(false))
            .Order(StringComparer.Ordinal).ToList();
        var canBeClaimed = await IsReadable(connection, Table, cancellationToken).ConfigureAwait(false);
        // Without the table there is nothing in which a person could say whose it is: who has rows may make it, and is asked again when it claims.
        if (services.Except([comer.ServiceId]).Any() && (canBeClaimed || !services.Contains(comer.ServiceId)))
        {
            throw new GroupCommitStartException(
                $"{database} has rows of the {Words("service", services)}; this process is of the service '{comer.ServiceId}', and wants it for that alone. "
                + "Nothing was changed. Start it with the ServiceId of those rows, or on a database of its own"
                + (canBeClaimed ? $"; if the database is this service's all the same, say so there: {Insertion(comer)}." : "."));
        }

        var clusters = await Names(
            connection, "SELECT deploymentid FROM orleansmembershipversiontable ORDER BY 1", "orleansmembershipversiontable", cancellationToken).ConfigureAwait(false);
        if (clusters.Count > 0 && !clusters.Contains(comer.ClusterId))
        {
            throw new GroupCommitStartException(
                $"{database} has silos of the {Words("cluster", clusters)}; this process is of the cluster '{comer.ClusterId}', and wants it for that alone. "
                + "Nothing was changed. Start it with the ClusterId of those silos, or on a database of its own.");
        }
    }

    /// <summary>The first one to come has it from now on.</summary>
    /// <exception cref="GroupCommitStartException">It is somebody else's.</exception>
    private static async Task<bool> Claim(NpgsqlConnection connection, ServiceIdentity comer, CancellationToken cancellationToken)
    {
        await Verify(connection, comer, cancellationToken).ConfigureAwait(false);
        if (await Find(connection, cancellationToken).ConfigureAwait(false) == comer)
            return true; // It may be all that the user is allowed to do.

        await PostgresSchema.Query(
            connection, "INSERT INTO groupcommit_identity (service_id, cluster_id) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM groupcommit_identity) ON CONFLICT DO NOTHING",
            cancellationToken, comer.ServiceId, comer.ClusterId).ConfigureAwait(false);
        // Of several that came at once, one has it.
        var owner = await Find(connection, cancellationToken).ConfigureAwait(false);
        return owner is null || owner == comer ? true : throw owner.Value.Refuse(comer, $"The database {PostgresSchema.Name(connection)}");
    }

    private static async Task<ServiceIdentity?> Find(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await IsReadable(connection, Table, cancellationToken).ConfigureAwait(false)
        && await PostgresSchema.Query(connection, "SELECT ARRAY[service_id, cluster_id] FROM groupcommit_identity", cancellationToken).ConfigureAwait(false)
            is string[] owner ? new ServiceIdentity(owner[0], owner[1]) : null;

    private static async Task<IReadOnlyList<string>> Names(NpgsqlConnection connection, string sql, string table, CancellationToken cancellationToken) =>
        await IsReadable(connection, table, cancellationToken).ConfigureAwait(false)
            ? await PostgresSchema.Query(connection, $"SELECT array(SELECT * FROM ({sql}) AS names)", cancellationToken).ConfigureAwait(false) as string[] ?? []
            : [];

    private static async Task<bool> IsReadable(NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        await PostgresSchema.Query(connection, "SELECT has_table_privilege(to_regclass($1), 'SELECT')", cancellationToken, table).ConfigureAwait(false) is true;

    private static string Insertion(ServiceIdentity owner) => $"INSERT INTO {Table} (service_id, cluster_id) VALUES ({Quoted(owner.ServiceId)}, {Quoted(owner.ClusterId)})";

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Words(string what, IReadOnlyList<string> names) => $"{what}{(names.Count == 1 ? "" : "s")} {string.Join(", ", names.Select(name => $"'{name}'"))}";
}
