using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>The writing connection with its statements, prepared once. Not thread-safe.</summary>
internal sealed class SqliteWriter : IDisposable
{
    // Another row in every transaction would cost a page of the log each time.
    private static readonly TimeSpan BetweenTimes = TimeSpan.FromSeconds(1);

    private readonly PreparedConnection _prepared;
    private readonly SqliteStatement _begin, _commit, _rollback;
    private readonly SqliteStatement _insertRow, _updateRow, _updateOwner, _hasVersion;
    private readonly SqliteStatement _setEntry, _removeEntry;
    private readonly SqliteStatement _addOutbox, _removeOutbox, _quarantine, _quarantineLogged;
    private readonly SqliteStatement _arm, _disarm, _settle, _moveOn;
    private readonly SqliteStatement _log, _record, _setPosition;
    private readonly SqliteStatement _remember;
    private DateTimeOffset _remembered;

    public SqliteWriter(SqliteConnection connection)
    {
        _prepared = new PreparedConnection(connection);
        _begin = _prepared.Prepare("BEGIN IMMEDIATE");
        _commit = _prepared.Prepare("COMMIT");
        _rollback = _prepared.Prepare("ROLLBACK");
        _insertRow = _prepared.Prepare("INSERT INTO rows (key, kind, version, payload) VALUES (?1, ?2, 1, ?3) ON CONFLICT (key, kind) DO NOTHING");
        _updateRow = _prepared.Prepare("UPDATE rows SET version = version + 1, payload = ?3 WHERE key = ?1 AND kind = ?2 AND version = ?4");
        _updateOwner = _prepared.Prepare("UPDATE rows SET version = version + 1, payload = ?3 WHERE key = ?1 AND kind = ?2 AND version = ?4 RETURNING id");
        _hasVersion = _prepared.Prepare("SELECT version FROM rows WHERE key = ?1 AND kind = ?2");
        _setEntry = _prepared.Prepare("""
            INSERT INTO entries (owner, map, key, payload) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (owner, map, key) DO UPDATE SET payload = excluded.payload
            """);
        _removeEntry = _prepared.Prepare("DELETE FROM entries WHERE owner = ?1 AND map = ?2 AND key = ?3");
        _addOutbox = _prepared.Prepare("INSERT INTO outbox (id, provider, namespace, key, payload, written_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _removeOutbox = _prepared.Prepare("DELETE FROM outbox WHERE id = ?1");
        _quarantine = _prepared.Prepare("UPDATE outbox SET quarantined = ?2 WHERE id = ?1");
        _quarantineLogged = _prepared.Prepare("""
            INSERT INTO outbox (id, provider, namespace, key, payload, written_at, quarantined) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (id) DO UPDATE SET quarantined = excluded.quarantined
            """);
        _arm = _prepared.Prepare("""
            INSERT INTO schedules (target, name, token, due_at, attempts) VALUES (?1, ?2, ?3, ?4, 0)
            ON CONFLICT (target, name) DO UPDATE SET token = excluded.token, due_at = excluded.due_at, attempts = 0
            """);
        _disarm = _prepared.Prepare("DELETE FROM schedules WHERE target = ?1 AND name = ?2");
        _settle = _prepared.Prepare("DELETE FROM schedules WHERE target = ?1 AND name = ?2 AND token = ?3");
        _moveOn = _prepared.Prepare("""
            UPDATE schedules SET due_at = ?4, token = ?5, attempts = ?6 WHERE target = ?1 AND name = ?2 AND token = ?3
            """);
        _log = _prepared.Prepare("""
            INSERT INTO log (log, entity, sequence, payload, id, written_at) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, 0))
            ON CONFLICT (log, entity, sequence) DO NOTHING
            """);
        _record = _prepared.Prepare("""
            INSERT INTO log (log, entity, sequence, payload, id, provider, namespace, key, written_at) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9)
            """);
        _setPosition = _prepared.Prepare("""
            INSERT INTO positions (reader, position, late) VALUES (?1, ?2, nullif(?3, ''))
            ON CONFLICT (reader) DO UPDATE SET position = excluded.position, late = excluded.late
            """);
        _remember = _prepared.Prepare("INSERT INTO meta (name, value) VALUES ('clock', ?1) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)");
    }

    public SqliteConnection Connection => _prepared.Connection;

    /// <summary>Gives a reader its first position, unless it has one.</summary>
    public void Introduce(string reader, long position)
    {
        using var statement = new SqliteStatement(Connection, "INSERT INTO positions (reader, position) VALUES (?1, ?2) ON CONFLICT (reader) DO NOTHING");
        statement.Bind(1, reader).Bind(2, position).Execute();
    }

    /// <summary>See <see cref="IDialect.Commit"/>. Ids that a failed batch has used up are not used again.</summary>
    public bool[] Commit(IReadOnlyList<WriteRequest> batch, ref long lastOutboxId, SteadyClock? clock = null)
    {
        var stored = new bool[batch.Count];
        _begin.Execute();
        try
        {
            for (var i = 0; i < stored.Length; i++)
                stored[i] = Apply(batch[i], ref lastOutboxId);

            var now = RememberTime(clock);
            GroupCommitCrashPoints.BatchWritten.Reach();
            _commit.Execute();
            _remembered = now;
            return stored;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public void Dispose() => _prepared.Dispose();

    private DateTimeOffset RememberTime(SteadyClock? clock)
    {
        if (clock?.GetUtcNow() is not { } now || now - _remembered < BetweenTimes)
            return _remembered;

        _remember.Bind(1, now.ToUnixTimeMilliseconds()).Execute();
        return now;
    }

    private bool Apply(WriteRequest request, ref long lastOutboxId)
    {
        switch (request)
        {
            case GrainWrite write:
                if (!Store(write))
                    return false;

                Append(write.Outbox, ref lastOutboxId);
                Arm(write.Schedules);
                return true;
            case VersionCheck check:
                return Version(check.Row) == check.ExpectedVersion;
            case OutboxAppend append:
                Append(append.Rows, ref lastOutboxId);
                return true;
            case OutboxRemove remove:
                for (var i = 0; i < remove.Ids.Count; i++)
                    _removeOutbox.Bind(1, remove.Ids[i]).Execute();

                return true;
            case OutboxQuarantine quarantine:
                PutAside(quarantine);
                return true;
            case PositionWrite position:
                _setPosition.Bind(1, position.Reader).Bind(2, position.Position).Bind(3, LateStreams.ToJson(position.Late) ?? "").Execute();
                return true;
            case ScheduleSettle settle:
                return Settle(settle);
            case LogAppend append:
                Append(append, ref lastOutboxId);
                return true;
            default:
                throw new UnreachableException();
        }
    }

    private bool Store(GrainWrite write)
    {
        var statement = write switch
        {
            { ExpectedVersion: 0 } => _insertRow,
            { Entries.Count: 0 } => _updateRow.Bind(4, write.ExpectedVersion),
            _ => _updateOwner.Bind(4, write.ExpectedVersion),
        };
        statement.Bind(1, write.Row.Key).Bind(2, write.Row.Kind).Bind(3, write.Payload.Span);
        long owner;
        if (ReferenceEquals(statement, _updateOwner))
        {
            if (!statement.Step())
                return false;

            owner = statement.Long(0);
            statement.Execute();
        }
        else
        {
            if (statement.Execute() == 0)
                return false;

            owner = statement.InsertedId; // Means something after an insert only; an update without entries needs none.
        }

        for (var i = 0; i < write.Entries.Count; i++)
        {
            var entry = write.Entries[i];
            if (entry.Payload is { } payload)
                _setEntry.Bind(1, owner).Bind(2, entry.Map).Bind(3, entry.Key).Bind(4, payload.Span).Execute();
            else
                _removeEntry.Bind(1, owner).Bind(2, entry.Map).Bind(3, entry.Key).Execute();
        }

        return true;
    }

    private long Version(RowId row)
    {
        if (!_hasVersion.Bind(1, row.Key).Bind(2, row.Kind).Step())
            return 0;

        var version = _hasVersion.Long(0);
        _hasVersion.Reset();
        return version;
    }

    private void Append(IReadOnlyList<OutboxRow> rows, ref long lastOutboxId)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            row.Id = ++lastOutboxId;
            if (row.Place is { } place)
                Record(row, place);
            else
                Bind(_addOutbox, row).Execute();
        }
    }

    private void PutAside(OutboxQuarantine quarantine)
    {
        for (var i = 0; i < quarantine.Rows.Count; i++)
        {
            var row = quarantine.Rows[i];
            // One of the outbox that is there no longer was dealt with by somebody else.
            if (row.Place is null)
                _quarantine.Bind(1, row.Id).Bind(2, quarantine.Reason).Execute();
            else
                Bind(_quarantineLogged, row).Bind(7, quarantine.Reason).Execute();
        }
    }

    private void Record(OutboxRow row, in LogPlace place) =>
        _record.Bind(1, place.Log).Bind(2, place.Entity).Bind(3, place.Sequence).Bind(4, row.Payload.Span).Bind(5, row.Id)
            .Bind(6, row.Provider).Bind(7, row.StreamNamespace).Bind(8, row.StreamKey).Bind(9, row.WrittenAt.ToUnixTimeMilliseconds()).Execute();

    private static SqliteStatement Bind(SqliteStatement statement, OutboxRow row) =>
        statement.Bind(1, row.Id).Bind(2, row.Provider).Bind(3, row.StreamNamespace).Bind(4, row.StreamKey)
            .Bind(5, row.Payload.Span).Bind(6, row.WrittenAt.ToUnixTimeMilliseconds());

    private void Append(LogAppend append, ref long lastOutboxId)
    {
        _log.Bind(1, append.Log).Bind(6, append.WrittenAt?.ToUnixTimeMilliseconds() ?? 0); // Stay bound.
        for (var i = 0; i < append.Rows.Count; i++)
        {
            var row = append.Rows[i];
            // Left to SQLite, it might be one that an event is to get.
            _log.Bind(2, row.Entity).Bind(3, row.Sequence).Bind(4, row.Payload.Span).Bind(5, ++lastOutboxId).Execute();
        }

        append.LastId = lastOutboxId;
    }

    private void Arm(IReadOnlyList<ScheduleWrite> schedules)
    {
        for (var i = 0; i < schedules.Count; i++)
        {
            var schedule = schedules[i];
            if (schedule.DueAt is { } dueAt)
            {
                _arm.Bind(1, schedule.Target).Bind(2, schedule.Name).Bind(3, schedule.Token)
                    .Bind(4, dueAt.ToUnixTimeMilliseconds()).Execute();
            }
            else
            {
                _disarm.Bind(1, schedule.Target).Bind(2, schedule.Name).Execute();
            }
        }
    }

    private bool Settle(ScheduleSettle settle)
    {
        var statement = settle.DueAt is { } dueAt
            ? _moveOn.Bind(4, dueAt.ToUnixTimeMilliseconds()).Bind(5, settle.NewToken).Bind(6, settle.Attempts)
            : _settle;
        return statement.Bind(1, settle.Target).Bind(2, settle.Name).Bind(3, settle.Token).Execute() > 0;
    }

    private void RollBack()
    {
        // Some errors have ended the transaction already.
        if (raw.sqlite3_get_autocommit(Connection.Handle!) == 0)
            _rollback.Execute();
    }
}
