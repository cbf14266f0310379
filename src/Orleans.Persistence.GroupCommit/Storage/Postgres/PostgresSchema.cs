using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// Creates and upgrades the tables. Each part has scripts of its own, Schema.1.sql, Schema.2.sql …; the table groupcommit_schema keeps how
/// far each part has come.
/// </summary>
internal static class PostgresSchema
{
    private const int OldestServer = 15;

    private static readonly Part State = new("state", ["Key.sql", "Schema.1.sql"], ["Schema.2.sql"]);
    private static readonly Part Clustering = new("clustering", ["Clustering.1.sql"]);
    private static readonly Part AdoNetGrainStorage = new("AdoNet grain storage", ["AdoNetGrainStorage.1.sql"]);

    /// <summary>For a silo that starts: the library's own tables are there in this version, or the reason why not is thrown.</summary>
    public static Task Open(NpgsqlDataSource source, bool apply, CancellationToken cancellationToken) =>
        Explained(source, async connection =>
        {
            await Verify(connection, [State], apply, cancellationToken).ConfigureAwait(false);
            return apply ? await Upgrade(connection, [State], cancellationToken).ConfigureAwait(false) : [];
        }, cancellationToken);

    /// <summary>See <see cref="GroupCommitSchema.Apply"/>.</summary>
    public static Task<IReadOnlyList<string>> Apply(NpgsqlDataSource source, GroupCommitSchemaParts parts, CancellationToken cancellationToken)
    {
        List<Part> chosen = [];
        if ((parts & (GroupCommitSchemaParts.State | GroupCommitSchemaParts.AdoNetGrainStorage)) != 0)
            chosen.Add(State);
        if (parts.HasFlag(GroupCommitSchemaParts.Clustering))
            chosen.Add(Clustering);
        if (parts.HasFlag(GroupCommitSchemaParts.AdoNetGrainStorage))
            chosen.Add(AdoNetGrainStorage);

        return Explained(source, connection => Upgrade(connection, chosen, cancellationToken), cancellationToken);
    }

    /// <summary>Refuses a server that the statements do not run on.</summary>
    public static void VerifyServer(Version server, string database)
    {
        if (server.Major < OldestServer)
            throw new InvalidOperationException($"The database {database} is PostgreSQL {server}; it must be {OldestServer} or later.");
    }

    private static async Task<IReadOnlyList<string>> Upgrade(NpgsqlConnection connection, IReadOnlyList<Part> parts, CancellationToken cancellationToken)
    {
        // Without a transaction first: a user who may create nothing can start on what is there.
        if (!await Verify(connection, parts, apply: true, cancellationToken).ConfigureAwait(false))
            return [];

        List<string> applied = [];
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Until the end of the transaction: of several processes one works, the others find its work done.
            await Query(connection, "SELECT pg_advisory_xact_lock(x'4F724743'::integer, hashtext(current_schema()))", cancellationToken).ConfigureAwait(false);
            await Query(connection, """
                CREATE TABLE IF NOT EXISTS groupcommit_schema (
                    part       text PRIMARY KEY,
                    version    integer NOT NULL,
                    applied_at timestamptz NOT NULL
                )
                """, cancellationToken).ConfigureAwait(false);
            // A newer release may have been at work while this one waited.
            await Verify(connection, parts, apply: true, cancellationToken).ConfigureAwait(false);
            foreach (var part in parts)
            {
                var found = await Found(connection, part, cancellationToken).ConfigureAwait(false);
                if (found == 0 && part == State)
                    await DuplicateRows.Refuse(connection, cancellationToken).ConfigureAwait(false);

                for (var next = found + 1; next <= part.Version; next++)
                {
                    foreach (var script in part.Scripts[next - 1])
                        await Query(connection, Script(script), cancellationToken).ConfigureAwait(false);

                    applied.Add($"{part.Name} {next}");
                }

                await Remember(connection, part, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        return applied;
    }

    /// <summary>Refuses what this release cannot use, before anything is touched.</summary>
    /// <returns>Whether something is to be applied.</returns>
    private static async Task<bool> Verify(NpgsqlConnection connection, IReadOnlyList<Part> parts, bool apply, CancellationToken cancellationToken)
    {
        VerifyServer(connection.PostgreSqlVersion, Name(connection));
        if (await Query(connection, "SELECT current_schema()", cancellationToken).ConfigureAwait(false) is not string)
            throw new InvalidOperationException($"The database {Name(connection)} has none of the schemas in the connection's search path: create one.");

        if (await Query(connection, """
            SELECT relnamespace::regnamespace::text FROM pg_class
            WHERE oid IN (to_regclass('groupcommit_schema'), to_regclass('orleansstorage')) AND relnamespace <> to_regnamespace(quote_ident(current_schema()))
            LIMIT 1
            """, cancellationToken).ConfigureAwait(false) is string elsewhere)
        {
            throw new InvalidOperationException(
                $"The database {Name(connection)} has such tables in the schema {elsewhere}, and others come first in the connection's search path: some tables would "
                + $"be made there, others found here. Begin the search path with {elsewhere}, or leave it out.");
        }

        var old = false;
        foreach (var part in parts)
        {
            var found = await Found(connection, part, cancellationToken).ConfigureAwait(false);
            var version = part == State ? $"schema version {found}" : $"schema version {found} of {part.Name}";
            if (found > part.Version)
            {
                throw new InvalidOperationException(
                    $"The database {Name(connection)} has {version}, written by a newer release; this one knows versions up to {part.Version}.");
            }

            if (found < part.Version && !apply)
            {
                throw new InvalidOperationException(
                    $"The database {Name(connection)} has {version} and needs {part.Version}; set {nameof(GroupCommitOptions.ApplySchemaAtStart)} "
                    + $"or call {nameof(GroupCommitSchema)}.{nameof(GroupCommitSchema.Apply)} to have it upgraded.");
            }

            old |= found < part.Version;
        }

        return old;
    }

    private static async Task<int> Found(NpgsqlConnection connection, Part part, CancellationToken cancellationToken)
    {
        if (await Query(connection, "SELECT to_regclass('groupcommit_schema')::text", cancellationToken).ConfigureAwait(false) is not string)
            return 0;

        var found = await Query(connection, "SELECT version FROM groupcommit_schema WHERE part = $1", cancellationToken, part.Name).ConfigureAwait(false);
        return found as int? ?? 0;
    }

    private static Task<object?> Remember(NpgsqlConnection connection, Part part, CancellationToken cancellationToken) => Query(connection, """
        INSERT INTO groupcommit_schema (part, version, applied_at) VALUES ($1, $2, now())
        ON CONFLICT (part) DO UPDATE SET version = excluded.version, applied_at = excluded.applied_at
        WHERE groupcommit_schema.version < excluded.version
        """, cancellationToken, part.Name, part.Version);

    private static async Task<object?> Query(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = sql;
            // Waiting for another process, or for the index of a large table, takes as long as it takes.
            command.CommandTimeout = 0;
            foreach (var argument in arguments)
                command.Parameters.Add(new NpgsqlParameter { Value = argument });

            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<string>> Explained(
        NpgsqlDataSource source, Func<NpgsqlConnection, Task<IReadOnlyList<string>>> work, CancellationToken cancellationToken)
    {
        var connection = source.CreateConnection();
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                var reason = e is PostgresException ? e.Message : e.InnerException?.Message ?? e.Message;
                throw new InvalidOperationException($"The database {Name(connection)} cannot be used: {reason}", e);
            }
        }
    }

    private static string Name(NpgsqlConnection connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        return $"'{settings.Database ?? settings.Username}' on {settings.Host}:{settings.Port}";
    }

    private static string Script(string name)
    {
        using var stream = typeof(PostgresSchema).Assembly.GetManifestResourceStream($"{typeof(PostgresSchema).Namespace}.{name}")
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <param name="Name">Under which its version is kept.</param>
    /// <param name="Scripts">Those of each version.</param>
    private sealed record Part(string Name, params string[][] Scripts)
    {
        public int Version => Scripts.Length;
    }
}
