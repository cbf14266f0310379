using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// Keeps a process that wants the database for itself apart from all others of its service. The session that writes holds it, so it ends with the process,
/// however that ends, and whoever does not hold it writes nothing.
/// </summary>
internal static class ProcessLock
{
    // "OrGL": beside the lock for schema changes.
    private const string Key = "x'4F72474C'::integer, hashtext(current_schema() || '/' || $1)";

    /// <exception cref="DatabaseInUseException">Another process has it, or this one wants it for itself and others are there.</exception>
    public static void Take(NpgsqlConnection connection, string serviceId, bool alone, string database)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = $"SELECT pg_try_advisory_lock{(alone ? "" : "_shared")}({Key})";
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter { Value = serviceId });
        if (command.ExecuteScalar() is true)
            return;

        // The answer to which may be: nobody any more.
        command.CommandText = $"""
            SELECT 'server process ' || a.pid || coalesce(', from ' || host(a.client_addr), '') || coalesce(', since ' || to_char(a.backend_start AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS') || ' UTC', '')
            FROM (SELECT {Key}) AS key (high, low), pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND l.classid::bigint = key.high AND l.objid::bigint = key.low::bigint & 4294967295 AND l.objsubid = 2
            LIMIT 1
            """;
        var holder = command.ExecuteScalar() as string;
        throw new DatabaseInUseException(
            $"The database {database} is in use by {(alone ? "another process" : "a process that has it for itself")}{(holder is null ? "" : $" ({holder})")}. "
            + $"{(alone ? "This one wants it for itself" : "No other may have it meanwhile")}: stop the other one first.");
    }
}

/// <summary>Another process has the database, or has it for itself.</summary>
internal sealed class DatabaseInUseException(string message) : GroupCommitStartException(message);
