using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Where the database is and how its connections are opened.</summary>
internal sealed class SqliteDatabase(string path, TimeSpan busyTimeout)
{
    /// <summary>The log is shortened to this, in bytes, when it begins anew, which it does inside a commit only.</summary>
    public const long LogSizeLimit = 64L << 20;

    // 62.5 MiB of log between checkpoints, in pages of 4 KiB: each one writes back and flushes pages that many commits have touched meanwhile.
    private const int PagesPerCheckpoint = 16_000;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>A connection whose commits are flushed to the disk before they return.</summary>
    public SqliteConnection OpenForWriting()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            // Kept in the file, so that readers find it; needed before everything else.
            var mode = Query(connection, "PRAGMA journal_mode = WAL");
            if (mode != "wal")
            {
                throw new GroupCommitStartException(
                    $"The database '{Path}' cannot use a write-ahead log (it stays in journal mode '{mode}'). Is it on a network drive?");
            }

            Run(connection, $"""
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = {PagesPerCheckpoint};
                PRAGMA journal_size_limit = {LogSizeLimit};
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -8192;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenForReading()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            Run(connection, "PRAGMA query_only = ON; PRAGMA cache_size = -8192;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants and embedded files only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public static string? Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString();
    }

    /// <summary>
    /// A second one that writes, in turns with the first. It never shortens the log, which the first one watches.
    /// </summary>
    public SqliteConnection OpenForProjection()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            Run(connection,
                $"""
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = {PagesPerCheckpoint};
                PRAGMA journal_size_limit = -1;
                PRAGMA cache_size = -8192;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that leaves the file as it is.</summary>
    public SqliteConnection Open() => Open(SqliteOpenMode.ReadWriteCreate);

    // Whoever comes after the first one must not make another file in the place of one that was taken away.
    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = mode,
            Pooling = false, // Each connection has its own pragmas and prepared statements; the dialect keeps and reuses them.
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(busyTimeout.TotalSeconds)),
        }.ToString());
        try
        {
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
