using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>A connection and the statements prepared on it: they are made and go together. Not thread-safe.</summary>
internal sealed class PreparedConnection(SqliteConnection connection) : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];

    public SqliteConnection Connection => connection;

    public SqliteStatement Prepare(string sql)
    {
        try
        {
            var statement = new SqliteStatement(connection, sql);
            _statements.Add(statement);
            return statement;
        }
        catch
        {
            // Whoever prepares is still being constructed, and nobody else knows of the connection.
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();

        connection.Dispose();
    }
}
