using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Whose the file is, where one service has it for itself.</summary>
internal static class SqliteIdentity
{
    /// <summary>The first one to come has it from now on: a file of a release before, too, for that kept no names.</summary>
    /// <exception cref="InvalidOperationException">It is somebody else's.</exception>
    public static void Claim(SqliteConnection connection, ServiceIdentity comer, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO identity (id, service_id, cluster_id) VALUES (1, @service, @cluster) ON CONFLICT DO NOTHING;
            SELECT service_id, cluster_id FROM identity;
            """;
        command.Parameters.AddWithValue("@service", comer.ServiceId);
        command.Parameters.AddWithValue("@cluster", comer.ClusterId);
        using var row = command.ExecuteReader();
        row.Read();
        var owner = new ServiceIdentity(row.GetString(0), row.GetString(1));
        if (owner != comer)
            throw owner.Refuse(comer, $"The database '{path}'");
    }
}
