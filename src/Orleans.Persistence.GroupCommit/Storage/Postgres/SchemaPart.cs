using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Tables that have a history of their own. The table groupcommit_schema keeps how far each part has come.</summary>
/// <param name="Name">Under which it is kept.</param>
/// <param name="Steps">Version 1, 2 …</param>
internal sealed record SchemaPart(string Name, params SchemaStep[] Steps)
{
    public static readonly SchemaPart State = new(
        "state",
        new(1, "Key.sql", "Schema.1.sql"),
        new(2, "Schema.2.sql"),
        new(2, "Schema.3.sql"),
        new(2, "Schema.4.sql"),
        new(2, "Schema.5.sql"));

    public static readonly SchemaPart Clustering = new("clustering", new SchemaStep(1, "Clustering.1.sql"));
    public static readonly SchemaPart AdoNetGrainStorage = new("AdoNet grain storage", new SchemaStep(1, "AdoNetGrainStorage.1.sql"));

    /// <summary>What this release knows.</summary>
    public int Version => Steps.Length;

    /// <summary>In a sentence, after a version.</summary>
    public string InWords => this == State ? "" : $" of {Name}";

    /// <summary>What is there; zero when nothing is. Works on a table without the column <c>level</c>, and on rows in which it is null.</summary>
    public async Task<StoredSchema> Find(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await PostgresSchema.Query(connection, "SELECT to_regclass('groupcommit_schema')::text", cancellationToken).ConfigureAwait(false) is not string)
            return default;

        var found = await PostgresSchema.Query(connection, """
            SELECT ARRAY[greatest(version, (to_jsonb(stored) ->> 'level')::integer), version] FROM groupcommit_schema AS stored WHERE part = $1
            """, cancellationToken, Name).ConfigureAwait(false);
        return found is int[] stored ? new StoredSchema(stored[0], stored[1]) : default;
    }

    /// <summary>Makes the table in which this is kept, or gives an older one its column.</summary>
    public static async Task MakeTable(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await PostgresSchema.Query(connection, """
            CREATE TABLE IF NOT EXISTS groupcommit_schema (
                part       text PRIMARY KEY,
                version    integer NOT NULL,     -- the oldest one that a release may know to work on the tables
                applied_at timestamptz NOT NULL,
                level      integer               -- how far the scripts were applied; null, of a release without levels: as far as version says
            )
            """, cancellationToken).ConfigureAwait(false);
        await PostgresSchema.Query(connection, "ALTER TABLE groupcommit_schema ADD COLUMN IF NOT EXISTS level integer", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All steps of this release were applied. What a newer one has written stays.</summary>
    public Task<object?> Remember(NpgsqlConnection connection, CancellationToken cancellationToken) => PostgresSchema.Query(connection, """
        INSERT INTO groupcommit_schema AS stored (part, version, level, applied_at) VALUES ($1, $2, $3, now())
        ON CONFLICT (part) DO UPDATE SET version = greatest(stored.version, excluded.version), level = excluded.level, applied_at = excluded.applied_at
        WHERE greatest(stored.version, stored.level) < excluded.level
        """, cancellationToken, Name, Steps[^1].Oldest, Version);
}
