using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// The server process behind a connection. When the connection breaks, it may still be at work on what it was sent last; only when it is gone
/// can what is stored be looked up for good.
/// </summary>
internal readonly record struct PostgresSession(int ProcessId, DateTime Started)
{
    private const int WaitMilliseconds = 5_000;

    public static PostgresSession Of(NpgsqlConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT pg_backend_pid(), (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())";
        using var reader = command.ExecuteReader();
        reader.Read();
        return new PostgresSession(reader.GetInt32(0), reader.GetDateTime(1));
    }

    /// <summary>Ends it, if it is still there, and waits until it is gone.</summary>
    /// <param name="connection">Another one, of the same user.</param>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public void End(NpgsqlConnection connection)
    {
        using var command = connection.CreateCommand();
        // Process ids come again; with its start it is this one.
        command.CommandText = "SELECT pg_terminate_backend(pid, @wait) FROM pg_stat_activity WHERE pid = @pid AND backend_start = @started";
        command.Parameters.AddWithValue("wait", (long)WaitMilliseconds);
        command.Parameters.AddWithValue("pid", ProcessId);
        command.Parameters.AddWithValue("started", Started);
        if (command.ExecuteScalar() is false)
            throw new TimeoutException($"The server process {ProcessId} of a broken connection does not end.");
    }
}
