using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>A reading connection with its statements. Reads beside the writer, never waits for it. Not thread-safe.</summary>
internal sealed class SqliteReader : IDisposable
{
    /// <summary>Of an entry of a log: somebody is to get it, and has not yet.</summary>
    public const string Undelivered = """
        provider IS NOT NULL AND id > coalesce((
            SELECT min(position, coalesce((SELECT value FROM json_each(late) WHERE json_each.key = log.namespace || '/' || log.key), position))
            FROM positions WHERE reader = log.provider), 0)
        """;

    /// <summary>Before it, nothing is left to deliver: not all that was ever logged is looked at.</summary>
    public const string OldestPosition = """
        coalesce((SELECT min(min(position, coalesce((SELECT min(value) FROM json_each(late)), position))) FROM positions), 0)
        """;

    private readonly PreparedConnection _prepared;
    private readonly SqliteStatement _begin, _commit, _row, _entries, _outbox, _position, _due, _history, _more, _newest, _records, _count,
        _droppable, _delivered;

    // The entries of a map come together, and those of grains of one kind one after the other.
    private string _map = "";

    public SqliteReader(SqliteConnection connection)
    {
        _prepared = new PreparedConnection(connection);
        _begin = _prepared.Prepare("BEGIN");
        _commit = _prepared.Prepare("COMMIT");
        _row = _prepared.Prepare("SELECT id, version, payload FROM rows WHERE key = ?1 AND kind = ?2");
        _entries = _prepared.Prepare("SELECT map, key, payload FROM entries WHERE owner = ?1");
        // Each side by itself and in the order of its ids: what is merged is sorted already.
        _outbox = _prepared.Prepare($"""
            SELECT * FROM (SELECT id, provider, namespace, key, payload, written_at, NULL AS log, NULL, NULL FROM outbox
                WHERE id > ?1 AND quarantined IS NULL ORDER BY id LIMIT ?2)
            UNION ALL
            SELECT * FROM (SELECT id, provider, namespace, key, payload, written_at, log, entity, sequence FROM log
                WHERE id > max(?1, {OldestPosition}) AND {Undelivered} AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = log.id) ORDER BY id LIMIT ?2)
            ORDER BY 1 LIMIT ?2
            """);
        _position = _prepared.Prepare("SELECT position FROM positions WHERE reader = ?1");
        _due = _prepared.Prepare("SELECT target, name, token, due_at, attempts FROM schedules WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2");
        _history = _prepared.Prepare(
            "SELECT sequence, payload FROM log WHERE log = ?1 AND entity = ?2 AND sequence >= ?3 ORDER BY sequence LIMIT ?4");
        _more = _prepared.Prepare("SELECT 1 FROM log WHERE log = ?1 AND entity = ?2 AND sequence > ?3 LIMIT 1");
        _records = _prepared.Prepare("""
            SELECT id, log, entity, sequence, CASE WHEN log = ?1 THEN payload ELSE x'' END,
                written_at, provider FROM log WHERE id > ?2 ORDER BY id LIMIT ?3
            """);
        _count = _prepared.Prepare("SELECT count(*) FROM (SELECT 1 FROM log WHERE id > ?1 LIMIT ?2)");
        // Up to the first event that somebody is still to get, and to where the slowest projection is.
        _droppable = _prepared.Prepare($"""
            SELECT min(
                coalesce((SELECT min(id) - 1 FROM log WHERE id > {OldestPosition} AND {Undelivered}), {long.MaxValue}),
                coalesce((SELECT min(coalesce(d.position, 0)) FROM groupcommit_projections AS p
                    LEFT JOIN groupcommit_projected AS d ON d.service_id = p.service_id AND d.name = p.name AND d.owner = 0),
                        {long.MaxValue}))
            """);
        _delivered = _prepared.Prepare($"""
            SELECT CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE quarantined IS NULL) THEN 0
                ELSE coalesce((SELECT min(id) - 1 FROM log WHERE id > {OldestPosition} AND {Undelivered}), {long.MaxValue}) END
            """);
        _newest = _prepared.Prepare("SELECT coalesce(max(id), 0) FROM log");
    }

    public StoredRow?[] Read(IReadOnlyList<RowId> rows)
    {
        var found = new StoredRow?[rows.Count];
        // One transaction: a row and its entries are of the same moment.
        _begin.Execute();
        try
        {
            for (var i = 0; i < found.Length; i++)
                found[i] = Read(rows[i]);
        }
        finally
        {
            _commit.Execute();
        }

        return found;
    }

    public List<OutboxRow> ReadOutbox(long afterId, int limit)
    {
        List<OutboxRow> rows = [];
        _outbox.Bind(1, afterId).Bind(2, limit);
        while (_outbox.Step())
        {
            rows.Add(new OutboxRow(_outbox.Long(0), _outbox.Text(1), _outbox.Text(2), _outbox.Text(3), _outbox.Bytes(4), _outbox.Time(5))
            {
                Place = _outbox.IsNull(6) ? null : new LogPlace(_outbox.Text(6), _outbox.Text(7), _outbox.Long(8)),
            });
        }

        return rows;
    }

    public long ReadPosition(string reader)
    {
        if (!_position.Bind(1, reader).Step())
            return 0;

        var position = _position.Long(0);
        _position.Reset();
        return position;
    }

    public List<ScheduleRow> ReadDue(DateTimeOffset now, int limit)
    {
        List<ScheduleRow> rows = [];
        _due.Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, limit);
        while (_due.Step())
            rows.Add(new ScheduleRow(_due.Text(0), _due.Text(1), _due.Long(2), _due.Time(3), (int)_due.Long(4)));

        return rows;
    }

    public List<LogRow> ReadHistory(LogEntity entity, long from, int limit)
    {
        List<LogRow> rows = [];
        _history.Bind(1, entity.Log).Bind(2, entity.Name).Bind(3, from).Bind(4, limit);
        while (_history.Step())
            rows.Add(new LogRow(entity.Name, _history.Long(0), _history.Bytes(1)));

        return rows;
    }

    /// <summary>Whether the entity has an entry after this one.</summary>
    public bool HasMore(LogPlace place)
    {
        var found = _more.Bind(1, place.Log).Bind(2, place.Entity).Bind(3, place.Sequence).Step();
        _more.Reset();
        return found;
    }

    /// <summary>Entries of all logs after an id; those of others without their payload.</summary>
    public List<LogRecord> ReadRecords(string log, long afterId, int limit)
    {
        List<LogRecord> records = [];
        _records.Bind(1, log).Bind(2, afterId).Bind(3, limit);
        while (_records.Step())
        {
            var row = new LogRow(_records.Text(2), _records.Long(3), _records.Bytes(4));
            records.Add(new LogRecord(_records.Long(0), _records.Text(1), row, _records.IsNull(5) ? null : _records.Time(5),
                _records.IsNull(6) ? null : _records.Text(6)));
        }

        return records;
    }

    /// <summary>How many entries there are after an id; not counted beyond a limit.</summary>
    public long Count(long afterId, int limit)
    {
        _count.Bind(1, afterId).Bind(2, limit).Step();
        var count = _count.Long(0);
        _count.Reset();
        return count;
    }

    /// <summary>The id up to which nobody needs entries.</summary>
    public long ReadDroppable() => ReadId(_droppable);

    /// <summary>The id up to which everything is delivered.</summary>
    public long ReadDelivered() => ReadId(_delivered);

    /// <summary>The id of the newest entry; 0: there is none.</summary>
    public long ReadNewest() => ReadId(_newest);

    public void Dispose() => _prepared.Dispose();

    private static long ReadId(SqliteStatement one)
    {
        one.Step();
        var id = one.Long(0);
        one.Reset();
        return id;
    }

    private StoredRow? Read(RowId row)
    {
        if (!_row.Bind(1, row.Key).Bind(2, row.Kind).Step())
            return null;

        var (id, version, payload) = (_row.Long(0), _row.Long(1), _row.Bytes(2));
        _row.Reset();

        List<StoredEntry>? entries = null;
        _entries.Bind(1, id);
        while (_entries.Step())
            (entries ??= []).Add(new StoredEntry(_map = _entries.Text(0, _map), _entries.Text(1), _entries.Bytes(2)));

        return new StoredRow(version, payload, entries ?? (IReadOnlyList<StoredEntry>)[]);
    }
}
