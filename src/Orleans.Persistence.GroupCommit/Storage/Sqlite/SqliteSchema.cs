using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// Creates and upgrades the tables. The file remembers how far: its user_version is the oldest version that a release may know to work on it (releases
/// before version 3 compare it with their own), the table meta has the level to which the scripts were applied.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>Version 1, 2 …</summary>
    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        new(1, "Schema.1.sql"), new(2, "Schema.2.sql"), new(2, "Schema.3.sql"), new(2, "Schema.4.sql"), new(2, "Schema.5.sql"),
    ];

    public static int Version => Steps.Count;

    // Written into new files, so that another application's database is never mistaken for ours: "OrGC".
    private const int ApplicationId = 0x4F724743;

    /// <summary>Refuses what this release cannot use, before anything in the file is touched.</summary>
    public static void Verify(SqliteConnection connection, string path, bool apply)
    {
        var application = Number(connection, "PRAGMA application_id");
        var found = Found(connection);
        if (application != ApplicationId && (application != 0 || found.Level != 0 || Number(connection, "SELECT count(*) FROM sqlite_schema") != 0))
            throw new GroupCommitStartException($"The file '{path}' is a database of another application; it is left alone.");

        if (found.Refuse(Version, $"The database '{path}'") is { } refusal)
            throw new GroupCommitStartException(refusal);

        if (found.Level < Version && !apply)
        {
            throw new GroupCommitStartException(
                $"The database '{path}' has schema version {found.Level} and needs {Version}; set {nameof(GroupCommitOptions.ApplySchemaAtStart)} to have it upgraded.");
        }
    }

    public static void Upgrade(SqliteConnection connection)
    {
        for (var next = Found(connection).Level + 1; next <= Version; next++)
        {
            var step = Steps[next - 1];
            // One transaction: a process that dies in here leaves the version before.
            SqliteDatabase.Run(connection, $"""
                BEGIN IMMEDIATE;
                {string.Join('\n', step.Scripts.Select(script => SchemaStep.Read(script, typeof(SqliteSchema))))}
                INSERT INTO meta (name, value) VALUES ('level', {next}) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {step.Oldest};
                COMMIT;
                """);
        }
    }

    private static StoredSchema Found(SqliteConnection connection)
    {
        var oldest = (int)Number(connection, "PRAGMA user_version");
        var level = oldest == 0 ? 0 : (int)Number(connection, "SELECT value FROM meta WHERE name = 'level'");
        return new StoredSchema(Math.Max(oldest, level), oldest);
    }

    private static long Number(SqliteConnection connection, string sql) =>
        long.Parse(SqliteDatabase.Query(connection, sql) ?? "0", CultureInfo.InvariantCulture);
}
