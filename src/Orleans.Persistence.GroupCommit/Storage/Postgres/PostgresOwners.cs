using System.Diagnostics;
using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// The processes that write, each with a lease. What a dead one left (events, claims on messages) goes to one that lives. Thread-safe.
/// </summary>
internal sealed class PostgresOwners : IDisposable
{
    /// <summary>How long a process counts as alive after it was heard of last.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Mourning = TimeSpan.FromDays(7);

    /// <summary>The id after which an owner o of the service $1 may have something to leave in its logs.</summary>
    public static readonly string LogsBegin = $"""
        (SELECT greatest(
             coalesce(max(position) FILTER (WHERE reader = ''), 0),
             coalesce(min(least(position, (SELECT min(value::bigint) FROM jsonb_each_text(late)))) FILTER (WHERE reader <> ''), o.id << {PostgresDialect.BitsPerOwner}))
         FROM groupcommit_positions WHERE service_id = $1 AND owner = o.id)
        """;

    /// <summary>The entries of its logs that are to be delivered, and are not yet.</summary>
    public static readonly string LogsOfOwner = $"""
        groupcommit_log AS l WHERE id > {LogsBegin} AND id <= (o.id + 1) << {PostgresDialect.BitsPerOwner} AND {Undelivered("$1", "o.id")}
        """;

    private static readonly string HasLeftSomething = $"""
        (EXISTS (SELECT FROM groupcommit_outbox WHERE id > o.id << {PostgresDialect.BitsPerOwner} AND id <= (o.id + 1) << {PostgresDialect.BitsPerOwner})
         OR EXISTS (SELECT FROM {LogsOfOwner}))
        """;

    // The row of no process: it keeps the newest time that any process of the service had, in alive_until. Adopted by nobody that there is, it is never
    // looked after, by older releases neither; when nobody has written for as long as the dead are remembered, it goes as they do.
    public const string Clock = "clock";

    private readonly NpgsqlDataSource _pool;
    private readonly string _serviceId;
    private readonly string _silo;

    private volatile SteadyClock? _clock;

    private PostgresOwners(NpgsqlDataSource pool, string serviceId, string silo, long id) => (_pool, _serviceId, _silo, Id) = (pool, serviceId, silo, id);

    /// <summary>The number of this process.</summary>
    public long Id { get; }

    /// <summary>Gives this process a number, and each of its readers a position: there is one before there is an event.</summary>
    public static PostgresOwners Register(NpgsqlDataSource pool, string serviceId, string silo, IReadOnlyList<string> readers)
    {
        using var connection = pool.OpenConnection();
        using var command = Command(connection, $"""
            WITH owner AS (
                INSERT INTO groupcommit_owners (service_id, silo, alive_until) VALUES ($1, $2, now() + $3) RETURNING id
            ),
            begun AS (
                INSERT INTO groupcommit_positions (service_id, owner, reader, position) SELECT $1, id, reader, id << {PostgresDialect.BitsPerOwner}
                FROM owner CROSS JOIN unnest($4) AS r (reader)
            )
            SELECT id FROM owner
            """, serviceId, silo, Lease, readers.Append("").ToArray());
        return new PostgresOwners(pool, serviceId, silo, (long)command.ExecuteScalar()!);
    }

    /// <summary>Says that this process is alive, also to those who thought it dead.</summary>
    public void Renew()
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(connection, """
            INSERT INTO groupcommit_owners (id, service_id, silo, alive_until) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, now() + $4)
            ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until, adopted_by = NULL
            """, Id, _serviceId, _silo, Lease);
        command.ExecuteNonQuery();
        if (_clock is { } clock)
            RememberTime(connection, clock);
    }

    /// <summary>The time by the server's clock, at this moment, and the newest that a process of the service had.</summary>
    public StoreTime ReadTime()
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(
            connection, "SELECT clock_timestamp(), max(alive_until) FROM groupcommit_owners WHERE service_id = $1 AND silo = $2", _serviceId, Clock);
        var asked = Stopwatch.GetTimestamp();
        using var answer = command.ExecuteReader();
        answer.Read();
        // Half of the way there and back, and all of what the answer may have waited for.
        var server = answer.GetFieldValue<DateTimeOffset>(0) + (Stopwatch.GetElapsedTime(asked) / 2);
        return new StoreTime(server, answer.IsDBNull(1) ? null : answer.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>From now on every renewal stores the time of this clock, or moves it forward to a later one that is stored, and so does this call.</summary>
    public void Remember(SteadyClock clock)
    {
        using var connection = _pool.OpenConnection();
        RememberTime(connection, clock);
        _clock = clock;
    }

    /// <summary>The others that may still have something to leave.</summary>
    public IReadOnlyList<PostgresOwner> FindOthers()
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(connection, $"""
            SELECT id, silo, alive_until < now(), alive_until = '-infinity' FROM groupcommit_owners AS o
            WHERE service_id = $1 AND id <> $2 AND (adopted_by IS NULL OR {HasLeftSomething})
            """, _serviceId, Id);
        using var answer = command.ExecuteReader();
        List<PostgresOwner> others = [];
        while (answer.Read())
            others.Add(new PostgresOwner(answer.GetInt64(0), answer.GetString(1), answer.GetBoolean(2), answer.GetBoolean(3)));

        return others;
    }

    /// <summary>
    /// Makes this process the heir, and the messages that the dead one was calling free for all. An heir of a release that knows nothing of logs is no reason
    /// to wait.
    /// </summary>
    /// <returns>False: another one that is alive is at it.</returns>
    public bool TryAdopt(long dead)
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(connection, """
            WITH adopted AS (
                UPDATE groupcommit_owners SET adopted_by = $2 WHERE id = $1 AND (adopted_by IS NULL OR adopted_by = $2 OR NOT EXISTS (
                    SELECT FROM groupcommit_owners AS heir WHERE heir.id = groupcommit_owners.adopted_by AND heir.alive_until > now()
                    AND EXISTS (SELECT FROM groupcommit_positions WHERE service_id = $3 AND owner = heir.id)))
                RETURNING id
            ),
            freed AS (
                UPDATE groupcommit_schedules SET claimed_by = 0, claimed_until = 0 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM groupcommit_schedules
                    WHERE service_id = $3 AND claimed_by = $1 AND EXISTS (SELECT FROM adopted) FOR UPDATE SKIP LOCKED))
            )
            SELECT count(*) FROM adopted
            """, dead, Id, _serviceId);
        return command.ExecuteScalar() is 1L;
    }

    /// <summary>Who logs has positions, from the start. What others have left lies in the outbox, theirs or their heir's.</summary>
    public bool AllLogTheirEvents()
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(connection, """
            SELECT NOT EXISTS (SELECT FROM groupcommit_outbox WHERE service_id = $1 AND quarantined IS NULL) AND NOT EXISTS (
                SELECT FROM groupcommit_owners AS o WHERE service_id = $1 AND silo <> $2 AND (alive_until > now() OR adopted_by IS NULL)
                AND NOT EXISTS (SELECT FROM groupcommit_positions WHERE service_id = $1 AND owner = o.id))
            """, _serviceId, Clock);
        return (bool)command.ExecuteScalar()!;
    }

    /// <summary>Of an entry l: somebody is to get it, and has not yet.</summary>
    /// <param name="service">Its service, and</param>
    /// <param name="owner">its owner, as the statement has them.</param>
    public static string Undelivered(string service, string owner) => $"""
        provider IS NOT NULL AND id > coalesce((
            SELECT least(position, (late ->> (l.namespace || '/' || l.key))::bigint) FROM groupcommit_positions
            WHERE service_id = {service} AND owner = {owner} AND reader = l.provider), 0)
        """;

    /// <summary>Where what a dead one has left in its logs begins (after the first id) and ends; null: it has left nothing there.</summary>
    public (long After, long Last)? FindLogs(long dead)
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(connection, $"""
            SELECT {LogsBegin}, (SELECT max(id) FROM groupcommit_log WHERE provider IS NOT NULL AND id > {LogsBegin} AND id <= (o.id + 1) << {PostgresDialect.BitsPerOwner})
            FROM groupcommit_owners AS o WHERE id = $2 AND service_id = $1
            """, _serviceId, dead);
        using var answer = command.ExecuteReader();
        return answer.Read() && !answer.IsDBNull(1) ? (answer.GetInt64(0), answer.GetInt64(1)) : null;
    }

    /// <summary>
    /// Forgets who has left nothing. Long after its death: a process that was stopped with a batch in hand may come to itself and write it, and only
    /// by its number would anybody find that.
    /// </summary>
    public void Bury()
    {
        using var connection = _pool.OpenConnection();
        using var command = Command(connection, $"""
            WITH buried AS (
                DELETE FROM groupcommit_owners AS o WHERE service_id = $1 AND adopted_by IS NOT NULL AND alive_until < now() - $2 AND NOT {HasLeftSomething}
                RETURNING id
            )
            DELETE FROM groupcommit_positions WHERE service_id = $1 AND owner IN (SELECT id FROM buried)
            """, _serviceId, Mourning);
        command.ExecuteNonQuery();
        // A release that knows nothing of logs forgets whoever has left no outbox.
        using var remember = Command(connection, """
            INSERT INTO groupcommit_owners (id, service_id, silo, alive_until) OVERRIDING SYSTEM VALUE
            SELECT DISTINCT owner, $1, '0.0.0.0:0@0', '-infinity'::timestamptz FROM groupcommit_positions AS p
            WHERE service_id = $1 AND NOT EXISTS (SELECT FROM groupcommit_owners WHERE id = p.owner)
            ON CONFLICT (id) DO NOTHING
            """, _serviceId);
        remember.ExecuteNonQuery();
    }

    /// <summary>Says that this process has ended in peace; what it left can be taken at once.</summary>
    public void Dispose()
    {
        try
        {
            using var connection = _pool.OpenConnection();
            using var command = Command(connection, "UPDATE groupcommit_owners SET alive_until = '-infinity' WHERE id = $1", Id);
            command.ExecuteNonQuery();
            if (_clock is { } clock)
                RememberTime(connection, clock);
        }
        catch (NpgsqlException)
        {
            // Then its lease ends by itself.
        }
    }

    /// <summary>Stores the time of the clock, unless another process had a later one: then the clock goes on from that.</summary>
    private void RememberTime(NpgsqlConnection connection, SteadyClock clock)
    {
        // Two processes that begin at the same moment may add a row each: the larger one counts.
        using var command = Command(connection, """
            WITH known AS (
                UPDATE groupcommit_owners SET alive_until = greatest(alive_until, $3) WHERE service_id = $1 AND silo = $2 RETURNING alive_until
            ),
            added AS (
                INSERT INTO groupcommit_owners (service_id, silo, alive_until, adopted_by) SELECT $1, $2, $3, 0 WHERE NOT EXISTS (SELECT FROM known)
                RETURNING alive_until
            )
            SELECT max(alive_until) FROM (SELECT alive_until FROM known UNION ALL SELECT alive_until FROM added) AS newest
            """, _serviceId, Clock, clock.GetUtcNow());
        // Silos that took the time of the server before and after somebody corrected it come together again, at the later one.
        using var answer = command.ExecuteReader();
        answer.Read();
        clock.MoveForward(answer.GetFieldValue<DateTimeOffset>(0));
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
#pragma warning disable CA2100 // Constants only.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });

        return command;
    }
}

/// <summary>A process that writes or has written.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Silo">Address and generation.</param>
/// <param name="HasExpired">Nothing was heard of it for longer than its lease.</param>
/// <param name="HasLeft">It has said itself that it ends.</param>
internal readonly record struct PostgresOwner(long Id, string Silo, bool HasExpired, bool HasLeft);
