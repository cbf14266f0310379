using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>What an error means for a batch.</summary>
internal static class PostgresErrors
{
    /// <summary>Raised by the commit statement: a row that was to be updated is not there.</summary>
    public const string RowIsMissing = "GC001";

    /// <summary>
    /// The statement failed and was rolled back, for certain. (A FATAL error ends the session and may come after the commit; anything that is
    /// no answer of the server says nothing.)
    /// </summary>
    public static bool IsRolledBack(Exception error) => error is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Whether the fault may lie in one member, so that the others may do better without it: its values, or a row that somebody else has locked.</summary>
    public static bool IsOfOneMember(Exception error) => IsRolledBack(error) && error is PostgresException
    {
        SqlState: ['2', '2', ..] or ['2', '3', ..] or ['5', '4', ..] or PostgresErrorCodes.LockNotAvailable or RowIsMissing,
    };

    /// <summary>Whether another connection may do better: this one leads to a standby, or has lost its prepared statements.</summary>
    public static bool IsOfConnection(Exception error) => error is PostgresException
    {
        SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidSqlStatementName,
    };

    /// <summary>
    /// Whether the same batch may succeed at once: the server chose this one to end a deadlock, which batches alone cannot cause (and which
    /// is found only when <see cref="GroupCommitOptions.LockTimeout"/> is longer than the server's deadlock_timeout).
    /// </summary>
    public static bool IsWorthRepeating(Exception error) => IsRolledBack(error)
        && error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Whether it comes from the database, or from the way there.</summary>
    public static bool IsOfDatabase(Exception error) => error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException;

    /// <summary>
    /// Whether somebody may put it right while a process waits that is about to start: the server is started or fails over, a database, a role, its password
    /// or its rights are made. A name that is not found may be given to a server yet.
    /// </summary>
    public static bool MayPass(Exception error) => error switch
    {
        PostgresException e => e.IsTransient || e.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections,
        NpgsqlException e => e.IsTransient || e.InnerException is System.Net.Sockets.SocketException or TimeoutException,
        _ => true,
    };

    /// <summary>The error in words that name the server and say what to do.</summary>
    public static IOException Describe(Exception error, string server) => new(Words(error, server), error);

    /// <summary>The error in words that name nothing, for whoever asks whether all is well; null: nothing is known but that it failed.</summary>
    public static string? Reason(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => "another connection holds a lock",
        PostgresErrorCodes.DiskFull => "its disk is full",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedColumn => "it has not this release's tables",
        PostgresErrorCodes.ReadOnlySqlTransaction => "it is read-only",
        PostgresErrorCodes.InsufficientPrivilege => "its user lacks a right",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "it does not let its user in",
        PostgresErrorCodes.TooManyConnections => "it has no connection left",
        PostgresErrorCodes.InvalidCatalogName => "it is not there",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => "it is stopping or starting",
        _ => null,
    };

    private static string Words(Exception error, string server) => error switch
    {
        DatabaseInUseException e => e.Message,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } =>
            $"The database {server} did not finish within {nameof(GroupCommitOptions.StatementTimeout)}.",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } =>
            $"Another session has locked a row or a table in the database {server} for longer than {nameof(GroupCommitOptions.LockTimeout)}.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } e => $"There is no room for the database {server}: {e.MessageText}.",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedColumn } e =>
            $"The database {server} lacks the tables of this release ({e.MessageText}); apply the schema.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => $"The database {server} takes no writes: it is a standby or set to read only.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => $"The database {server} refuses its user: {e.MessageText}.",
        PostgresException e => $"The database {server} failed: {e.MessageText} ({e.SqlState}).",
        NpgsqlException { InnerException: TimeoutException } => $"The database {server} did not answer in time.",
        NpgsqlException e => $"The database {server} cannot be reached: {(e.InnerException ?? e).Message}.",
        _ => $"The database {server} failed: {error.Message}",
    };
}
