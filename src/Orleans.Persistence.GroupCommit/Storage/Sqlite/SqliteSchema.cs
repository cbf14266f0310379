using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Creates and upgrades the tables: Schema.1.sql, Schema.2.sql … up to <see cref="Version"/>, which the file remembers as its user_version.</summary>
internal static class SqliteSchema
{
    public const int Version = 2;

    // Written into new files, so that another application's database is never mistaken for ours: "OrGC".
    private const int ApplicationId = 0x4F724743;

    /// <summary>Refuses what this release cannot use, before anything in the file is touched.</summary>
    public static void Verify(SqliteConnection connection, string path, bool apply)
    {
        var application = Number(connection, "PRAGMA application_id");
        var found = Found(connection);
        if (application != ApplicationId && (application != 0 || found != 0 || Number(connection, "SELECT count(*) FROM sqlite_schema") != 0))
            throw new InvalidOperationException($"The file '{path}' is a database of another application; it is left alone.");

        if (found > Version)
        {
            throw new InvalidOperationException(
                $"The database '{path}' has schema version {found}, written by a newer release; this one knows versions up to {Version}.");
        }

        if (found < Version && !apply)
        {
            throw new InvalidOperationException(
                $"The database '{path}' has schema version {found} and needs {Version}; set {nameof(GroupCommitOptions.ApplySchemaAtStart)} to have it upgraded.");
        }
    }

    public static void Upgrade(SqliteConnection connection)
    {
        for (var next = Found(connection) + 1; next <= Version; next++)
        {
            // One transaction: a process that dies in here leaves the version before.
            SqliteDatabase.Run(connection, $"""
                BEGIN IMMEDIATE;
                {Script(next)}
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {next};
                COMMIT;
                """);
        }
    }

    private static long Found(SqliteConnection connection) => Number(connection, "PRAGMA user_version");

    private static long Number(SqliteConnection connection, string sql) =>
        long.Parse(SqliteDatabase.Query(connection, sql) ?? "0", CultureInfo.InvariantCulture);

    private static string Script(long version)
    {
        var name = $"{typeof(SqliteSchema).Namespace}.Schema.{version}.sql";
        using var stream = typeof(SqliteSchema).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
