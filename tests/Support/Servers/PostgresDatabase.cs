using Npgsql;

namespace Testing.Servers;

/// <summary>A schema of its own on a server: as separate from the others as a database, and made in a millisecond. Goes when disposed.</summary>
public sealed class PostgresDatabase : IDisposable
{
    private readonly PostgresServer _server;

    public PostgresDatabase(PostgresServer? server = null)
    {
        _server = server ?? PostgresServer.Shared;
        Schema = $"spec_{Guid.NewGuid():N}";
        ConnectionString = Through(_server.Port);
        Run(_server.ConnectionString, $"CREATE SCHEMA {Schema}");
    }

    /// <summary>Also the application name of all sessions, by which they are found.</summary>
    public string Schema { get; }

    public string ConnectionString { get; }

    /// <summary>The same database by another port: a proxy's.</summary>
    public string Through(int port) => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Port = port,
        SearchPath = Schema,
        ApplicationName = Schema,
    }.ConnectionString;

    public void Run(string sql) => Run(ConnectionString, sql);

    /// <summary>The first value of the first row, as text; null when there is none.</summary>
    public string? Ask(string sql) => Query(sql).Select(row => row[0]).FirstOrDefault();

    /// <summary>All rows, as text; a NULL is empty.</summary>
    public IReadOnlyList<string[]> Query(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : $"{reader.GetValue(i)}")]);

        return rows;
    }

    /// <summary>A session of somebody else, for locks that stay.</summary>
    public NpgsqlConnection Open() => Open(ConnectionString);

    public void Dispose()
    {
        // A spec that failed may have left sessions with locks.
        Run(
            _server.ConnectionString,
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{Schema}'; DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    private static void Run(string connectionString, string sql)
    {
        using var connection = Open(connectionString);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static NpgsqlConnection Open(string connectionString)
    {
        // Not pooled: a pool would outlive the schema, and the server that a spec kills.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
