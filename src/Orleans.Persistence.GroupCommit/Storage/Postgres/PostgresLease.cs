using System.Data.Common;
using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// A lock that the session has which also writes: where it ends, so do both. Nobody else gets the lock before the server has ended the
/// session, and with it whatever it had not committed.
/// </summary>
internal sealed class PostgresLease(NpgsqlConnection connection, int commandTimeout) : IProjectionLease
{
    // "OrGP": beside the locks for schema changes and for processes.
    private const string Key = "x'4F724750'::integer, hashtext(current_schema() || '/' || $1 || '/' || $2)";

    /// <summary>Whoever has a lease says something more often.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private bool _isLong;

    public DbConnection Connection => connection;

    public int CommandTimeout => _isLong ? 0 : commandTimeout;

    public string RowLock => " FOR UPDATE";

    /// <returns>Null: another session has it.</returns>
    /// <exception cref="IOException">The database does not answer.</exception>
    public static IProjectionLease? TryTake(PostgresConnections connections, string serviceId, string name, TimeSpan patience)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = connections.OpenForProjection(patience, Silence);
            using var command = connection.CreateCommand();
            command.CommandTimeout = connections.CommandTimeout;
            command.CommandText = $"SELECT pg_try_advisory_lock({Key})";
            command.Parameters.Add(new NpgsqlParameter { Value = serviceId });
            command.Parameters.Add(new NpgsqlParameter { Value = name });
            if (command.ExecuteScalar() is true)
                return new PostgresLease(connection, connections.CommandTimeout);

            connection.Dispose();
            return null;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            throw PostgresErrors.IsOfDatabase(e) ? PostgresErrors.Describe(e, connections.Server) : e;
        }
    }

    public async Task InTransaction(Func<DbTransaction, Task> work, bool isLong, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            if (isLong)
            {
                using var unlimited = new NpgsqlCommand("SET LOCAL statement_timeout = 0", connection, transaction)
                {
                    CommandTimeout = commandTimeout,
                };
                await unlimited.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            _isLong = isLong;
            try
            {
                await work(transaction).ConfigureAwait(false);
            }
            finally
            {
                _isLong = false;
            }

            // Whoever gives up now would not know whether it is stored: only when the database does not answer at all.
            using var limit = new CancellationTokenSource(isLong ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(commandTimeout));
            await transaction.CommitAsync(limit.Token).ConfigureAwait(false);
        }
    }

    public bool IsOutage(Exception error) => connection.State != System.Data.ConnectionState.Open || error switch
    {
        PostgresException e => e.IsTransient || e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DiskFull,
        // Others say how the connection was used: that a command was still at work, say.
        NpgsqlException e => e.IsTransient || e.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException,
        IOException e => e.InnerException is { } inner && PostgresErrors.IsOfDatabase(inner) && IsOutage(inner),
        _ => false,
    };

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
