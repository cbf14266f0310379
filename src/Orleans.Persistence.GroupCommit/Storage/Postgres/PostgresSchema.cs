using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// Creates and upgrades the tables. The first release that needs a change brings it as an addition, so that the release before works on as it is and can
/// come back; what nobody needs any more goes with a later one.
/// </summary>
internal static class PostgresSchema
{
    private const int OldestServer = 15;

    private static readonly SchemaPart State = SchemaPart.State;

    /// <summary>For a silo that starts: the library's own tables are there, this release can work on them, or the reason why not is thrown.</summary>
    public static Task Open(NpgsqlDataSource source, bool apply, CancellationToken cancellationToken) => apply
        ? Explained(source, connection => Upgrade(connection, [State], cancellationToken), cancellationToken)
        : Verify(source, GroupCommitSchemaParts.State, cancellationToken);

    /// <summary>See <see cref="GroupCommitSchema.Apply"/>.</summary>
    public static Task<IReadOnlyList<string>> Apply(NpgsqlDataSource source, GroupCommitSchemaParts parts, CancellationToken cancellationToken) =>
        Explained(source, connection => Upgrade(connection, Chosen(parts), cancellationToken), cancellationToken);

    /// <summary>See <see cref="GroupCommitSchema.Verify"/>.</summary>
    public static Task Verify(NpgsqlDataSource source, GroupCommitSchemaParts parts, CancellationToken cancellationToken) =>
        Explained(source, async connection => await FindOld(connection, Chosen(parts), cancellationToken).ConfigureAwait(false) is not { } missing
            ? true
            : throw new GroupCommitNotReadyException(
                $"{missing}; set {nameof(GroupCommitOptions.ApplySchemaAtStart)} or call {nameof(GroupCommitSchema)}.{nameof(GroupCommitSchema.Apply)} to have it upgraded.",
                missingSchema: missing), cancellationToken);

    /// <summary>Refuses a server that the statements do not run on.</summary>
    public static void VerifyServer(Version server, string database)
    {
        if (server.Major < OldestServer)
            throw new GroupCommitStartException($"The database {database} is PostgreSQL {server}; it must be {OldestServer} or later.");
    }

    /// <summary>Work on a connection of its own; what goes wrong is told in a sentence that names the database.</summary>
    /// <exception cref="GroupCommitNotReadyException">What is missing may still come.</exception>
    /// <exception cref="GroupCommitStartException">Waiting would not help.</exception>
    public static async Task<TResult> Explained<TResult>(NpgsqlDataSource source, Func<NpgsqlConnection, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var connection = source.CreateConnection();
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            }
            catch (Exception e) when (PostgresErrors.IsOfDatabase(e))
            {
                var reason = e is NpgsqlException and not PostgresException ? e.InnerException?.Message ?? e.Message : e.Message;
                var message = $"The database {Name(connection)} cannot be used: {reason.ReplaceLineEndings(" ").Trim()}";
                throw PostgresErrors.MayPass(e) ? new GroupCommitNotReadyException(message, e) : new GroupCommitStartException(message, e);
            }
        }
    }

    /// <summary>The database in words.</summary>
    public static string Name(NpgsqlConnection connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        return $"'{settings.Database ?? settings.Username}' on {settings.Host}:{settings.Port}";
    }

    public static async Task<object?> Query(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // Constants and embedded files only.
            command.CommandText = sql;
#pragma warning restore CA2100
            // Waiting for another process, or for the index of a large table, takes as long as it takes.
            command.CommandTimeout = 0;
            foreach (var argument in arguments)
                command.Parameters.Add(new NpgsqlParameter { Value = argument });

            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static List<SchemaPart> Chosen(GroupCommitSchemaParts parts)
    {
        List<SchemaPart> chosen = [];
        if ((parts & (GroupCommitSchemaParts.State | GroupCommitSchemaParts.AdoNetGrainStorage)) != 0)
            chosen.Add(State);
        if (parts.HasFlag(GroupCommitSchemaParts.Clustering))
            chosen.Add(SchemaPart.Clustering);
        if (parts.HasFlag(GroupCommitSchemaParts.AdoNetGrainStorage))
            chosen.Add(SchemaPart.AdoNetGrainStorage);
        return chosen;
    }

    private static async Task<IReadOnlyList<string>> Upgrade(NpgsqlConnection connection, IReadOnlyList<SchemaPart> parts, CancellationToken cancellationToken)
    {
        // Without a transaction first: a user who may create nothing can start on what is there.
        if (await FindOld(connection, parts, cancellationToken).ConfigureAwait(false) is null)
            return [];

        List<string> applied = [];
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Until the end of the transaction: of several processes one works, the others find its work done.
            await Query(connection, "SELECT pg_advisory_xact_lock(x'4F724743'::integer, hashtext(current_schema()))", cancellationToken).ConfigureAwait(false);
            // Another release may have been at work while this one waited.
            if (await FindOld(connection, parts, cancellationToken).ConfigureAwait(false) is null)
                return [];

            await SchemaPart.MakeTable(connection, cancellationToken).ConfigureAwait(false);
            foreach (var part in parts)
            {
                var found = (await part.Find(connection, cancellationToken).ConfigureAwait(false)).Level;
                if (found == 0 && part == State)
                    await DuplicateRows.Refuse(connection, cancellationToken).ConfigureAwait(false);

                for (var next = found + 1; next <= part.Version; next++)
                {
                    foreach (var script in part.Steps[next - 1].Scripts)
                        await Query(connection, SchemaStep.Read(script, typeof(PostgresSchema)), cancellationToken).ConfigureAwait(false);

                    applied.Add($"{part.Name} {next}");
                }

                await part.Remember(connection, cancellationToken).ConfigureAwait(false);
            }

            // Whoever gives up now would not know whether all is as it was.
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return applied;
    }

    /// <summary>Refuses what this release cannot use, before anything is touched.</summary>
    /// <returns>In words, what has to be upgraded first; null when nothing has.</returns>
    private static async Task<string?> FindOld(NpgsqlConnection connection, IReadOnlyList<SchemaPart> parts, CancellationToken cancellationToken)
    {
        await VerifySearchPath(connection, cancellationToken).ConfigureAwait(false);
        string? old = null;
        foreach (var part in parts)
        {
            var found = await part.Find(connection, cancellationToken).ConfigureAwait(false);
            if (found.Refuse(part.Version, $"The database {Name(connection)}", part.InWords) is { } refusal)
                throw new GroupCommitStartException(refusal);
            if (found.Level < part.Version)
                old ??= $"The database {Name(connection)} has schema version {found.Level}{part.InWords} and needs {part.Version}";
        }

        return old;
    }

    private static async Task VerifySearchPath(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        VerifyServer(connection.PostgreSqlVersion, Name(connection));
        if (await Query(connection, "SELECT current_schema()", cancellationToken).ConfigureAwait(false) is not string)
            throw new GroupCommitNotReadyException($"The database {Name(connection)} has none of the schemas in the connection's search path: create one.");

        if (await Query(connection, """
            SELECT relnamespace::regnamespace::text FROM pg_class
            WHERE oid IN (to_regclass('groupcommit_schema'), to_regclass('orleansstorage')) AND relnamespace <> to_regnamespace(quote_ident(current_schema()))
            LIMIT 1
            """, cancellationToken).ConfigureAwait(false) is string elsewhere)
        {
            throw new GroupCommitStartException(
                $"The database {Name(connection)} has such tables in the schema {elsewhere}, and others come first in the connection's search path: some tables would "
                + $"be made there, others found here. Begin the search path with {elsewhere}, or leave it out.");
        }
    }
}
