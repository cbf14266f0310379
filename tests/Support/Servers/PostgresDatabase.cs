using Npgsql;

namespace Testing.Servers;

/// <summary>A schema of its own on a server: as separate from the others as a database, and made in a millisecond. Goes when disposed.</summary>
public sealed class PostgresDatabase : IDisposable
{
    private readonly bool _isOurs;

    /// <param name="server">Null: the one for all specs that leave it alone.</param>
    public PostgresDatabase(PostgresServer? server = null) : this(NewSchema(server ?? PostgresServer.Shared))
    {
        _isOurs = true;
        Run($"CREATE SCHEMA {Schema}");
    }

    private PostgresDatabase(string connectionString) => ConnectionString = connectionString;

    /// <summary>Also the application name of sessions that set no other.</summary>
    public string Schema => new NpgsqlConnectionStringBuilder(ConnectionString).SearchPath!;

    public string ConnectionString { get; }

    /// <summary>Somebody else's: it is neither made nor removed.</summary>
    public static PostgresDatabase At(string connectionString) => new(connectionString);

    /// <summary>The same database by another port: a proxy's.</summary>
    public string Through(int port) => new NpgsqlConnectionStringBuilder(ConnectionString) { Port = port }.ConnectionString;

    public void Run(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

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
    public NpgsqlConnection Open()
    {
        // Not pooled: a pool would outlive the schema, and the server that a spec kills.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
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

    public void Dispose()
    {
        // A spec that failed may have left sessions with locks.
        if (_isOurs)
        {
            Run($"""
                SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = '{Schema}' AND l.pid <> pg_backend_pid();
                DROP SCHEMA IF EXISTS {Schema} CASCADE
                """);
        }
    }

    private static string NewSchema(PostgresServer server)
    {
        var schema = $"spec_{Guid.NewGuid():N}";
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { SearchPath = schema, ApplicationName = schema }.ConnectionString;
    }
}
