using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Whose the file is, where one service has it for itself.</summary>
internal static class SqliteIdentity
{
    /// <summary>Changes nothing. A file without tables, or of a release that kept no names, is nobody's.</summary>
    /// <exception cref="GroupCommitStartException">It is somebody else's.</exception>
    public static void Verify(SqliteConnection connection, ServiceIdentity comer, string path)
    {
        if (SqliteDatabase.Query(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'identity'") is null)
            return;

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT service_id, cluster_id FROM identity";
        Refuse(command, comer, path);
    }

    /// <summary>The first one to come has it from now on: a file of a release before, too, for that kept no names.</summary>
    /// <exception cref="GroupCommitStartException">It is somebody else's.</exception>
    public static void Claim(SqliteConnection connection, ServiceIdentity comer, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO identity (id, service_id, cluster_id) VALUES (1, @service, @cluster) ON CONFLICT DO NOTHING;
            SELECT service_id, cluster_id FROM identity;
            """;
        command.Parameters.AddWithValue("@service", comer.ServiceId);
        command.Parameters.AddWithValue("@cluster", comer.ClusterId);
        Refuse(command, comer, path);
    }

    private static void Refuse(SqliteCommand owners, ServiceIdentity comer, string path)
    {
        using var row = owners.ExecuteReader();
        if (row.Read() && new ServiceIdentity(row.GetString(0), row.GetString(1)) is var owner && owner != comer)
            throw owner.Refuse(comer, $"The database '{path}'");
    }
}
