using Microsoft.Data.Sqlite;
using Npgsql;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace Orleans.Persistence.GroupCommit.Health;

/// <summary>What is wrong with the database, in a sentence for anybody: without files, hosts, users or SQL, which are for the log.</summary>
internal static class FaultSentence
{
    public const string Late = "the database does not answer in time";

    /// <summary>By the innermost error that says something; those around it say what that meant for a write.</summary>
    public static string Of(Exception error)
    {
        var sentence = "the database takes no writes: the log says why";
        for (var cause = error; cause is not null; cause = cause.InnerException!)
            sentence = Known(cause) ?? sentence;

        return sentence;
    }

    private static string? Known(Exception error) => error switch
    {
        SqliteException sqlite => SqliteErrors.Reason(sqlite) is { } reason ? TakesNoWrites(reason) : null,
        NpgsqlException { InnerException: TimeoutException } or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => Late,
        PostgresException postgres => PostgresErrors.Reason(postgres) is { } reason ? TakesNoWrites(reason) : null,
        NpgsqlException => "the database cannot be reached",
        DatabaseFilesGoneException => TakesNoWrites("its files were removed or replaced; restart the process"),
        GroupCommitQueueFullException => TakesNoWrites("it does not keep up"),
        _ => null,
    };

    private static string TakesNoWrites(string reason) => $"the database takes no writes: {reason}";
}
