using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>A connection of a projection's own. It writes in turns with grains' commits.</summary>
internal sealed class SqliteLease(SqliteConnection connection, SemaphoreSlim turn, Action verifyFiles) : IProjectionLease
{
    public DbConnection Connection => connection;

    public string RowLock => "";

    public int CommandTimeout => connection.DefaultTimeout;

    public async Task InTransaction(Func<DbTransaction, Task> work, bool isLong, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Writes from the start: one that has read before could not go on after somebody else's commit.
            using var transaction = connection.BeginTransaction(deferred: false);
            await work(transaction).ConfigureAwait(false);
            transaction.Commit();
            // What went into a file that has no name any more is not stored.
            verifyFiles();
        }
        finally
        {
            turn.Release();
        }
    }

    public bool IsOutage(Exception error) => error switch
    {
        DatabaseFilesGoneException => true,
        SqliteException e =>
            e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN
            or raw.SQLITE_READONLY or raw.SQLITE_CORRUPT,
        IOException e => e.InnerException is { } inner && IsOutage(inner),
        _ => false,
    };

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
