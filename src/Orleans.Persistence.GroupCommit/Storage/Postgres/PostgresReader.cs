using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>A reading connection with its statements. Reads beside the writer, never waits for it. Not thread-safe.</summary>
internal sealed class PostgresReader : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _serviceId;
    private readonly KeyColumns _keys = new("read");
    private readonly Dictionary<string, NpgsqlCommand> _prepared = [];
    private NpgsqlCommand? _rows;

    public PostgresReader(NpgsqlConnection connection, string serviceId) => (_connection, _serviceId) = (connection, serviceId);

    // One statement, so that a row and its entries are of the same moment. The lookups stand alone in subqueries: nothing else can be planned.
    private const string RowsSql = """
        WITH found AS MATERIALIZED (
            SELECT r.ord, s.* FROM unnest(@read_id_hash, @read_type_hash, @read_n0, @read_n1, @read_type, @read_extension)
                WITH ORDINALITY AS r (id_hash, type_hash, n0, n1, type, extension, ord)
            CROSS JOIN LATERAL (
                SELECT groupcommit_id AS owner, version, payloadbinary AS payload FROM orleansstorage
                WHERE serviceid = @service AND graintypehash = type_hash AND grainidhash = id_hash AND grainidn0 = n0 AND grainidn1 = n1
                  AND graintypestring = type AND coalesce(grainidextensionstring, '') = coalesce(extension, '') LIMIT 1) AS s
        )
        SELECT ord, version, payload, NULL AS map, NULL AS key FROM found
        UNION ALL
        SELECT ord, 0, e.payload, e.map, e.key FROM found
        CROSS JOIN LATERAL (SELECT map, key, payload FROM groupcommit_entries WHERE owner = found.owner OFFSET 0) AS e
        """;

    // Whoever claims calls; the others pass over the row. A claim ends by itself, should its owner.
    private const string ClaimSql = """
        WITH due AS MATERIALIZED (
            SELECT ctid AS place FROM groupcommit_schedules WHERE service_id || '' = @service AND due_at <= @now AND claimed_until <= @now
            ORDER BY due_at LIMIT @limit FOR UPDATE SKIP LOCKED
        )
        UPDATE groupcommit_schedules SET claimed_by = @owner, claimed_until = @until
        WHERE ctid = ANY (ARRAY(SELECT place FROM due))
        RETURNING target, name, token, due_at, attempts
        """;

    private static readonly string LogsSql = $"""
        SELECT id, provider, namespace, key, payload, written_at, log, entity, sequence FROM groupcommit_log AS l
        WHERE id > @after AND id <= @last AND {PostgresOwners.Undelivered("@service", "@owner")}
          AND NOT EXISTS (SELECT FROM groupcommit_outbox AS aside WHERE aside.id = l.id)
        ORDER BY id LIMIT @limit
        """;

    private static readonly string OutboxSql = $"""
        SELECT * FROM (
            (SELECT id, provider, namespace, key, payload, written_at, NULL::text AS log, NULL::text AS entity, NULL::bigint AS sequence FROM groupcommit_outbox
             WHERE id > @after AND id <= @last AND quarantined IS NULL ORDER BY id LIMIT @limit)
            UNION ALL ({LogsSql})) AS events
        ORDER BY id LIMIT @limit
        """;

    public StoredRow?[] Read(IReadOnlyList<RowId> rows)
    {
        foreach (var column in _keys.All)
            column.Clear();

        for (var i = 0; i < rows.Count; i++)
            _keys.Add(RowKey.Of(rows[i]));

        return Read(_rows ??= Prepare(RowsSql, _keys.All.Select(column => column.ToParameter())), rows.Count);
    }

    /// <summary>What is to be delivered of one owner's outbox and logs.</summary>
    public List<OutboxRow> ReadOutbox(long owner, long afterId, int limit) => ReadEvents(OutboxSql, owner, afterId, long.MaxValue, limit);

    /// <summary>The same, of its logs alone, up to an id.</summary>
    public List<OutboxRow> ReadLogs(long owner, long afterId, long lastId, int limit) => ReadEvents(LogsSql, owner, afterId, lastId, limit);

    public List<ScheduleRow> ClaimDue(long owner, DateTimeOffset now, DateTimeOffset until, int limit)
    {
        var command = Prepared(ClaimSql, "owner", "now", "until", "limit");
        Set(command, owner, now.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds(), limit);
        List<ScheduleRow> rows = [];
        using (var answer = command.ExecuteReader())
        {
            while (answer.Read())
                rows.Add(ScheduleRowOf(answer));
        }

        rows.Sort((one, other) => one.DueAt.CompareTo(other.DueAt));
        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();

        _rows?.Dispose();
        _connection.Dispose();
    }

    public static OutboxRow OutboxRowOf(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)));

    private List<OutboxRow> ReadEvents(string sql, long owner, long afterId, long lastId, int limit)
    {
        var command = Prepared(sql, "owner", "after", "last", "limit");
        var range = PostgresDialect.IdsOf(owner);
        Set(command, owner, Math.Max(afterId, range.After), Math.Min(lastId, range.Last), limit);
        List<OutboxRow> rows = [];
        using var answer = command.ExecuteReader();
        while (answer.Read())
        {
            var row = OutboxRowOf(answer);
            rows.Add(answer.IsDBNull(6) ? row : row with { Place = new LogPlace(answer.GetString(6), answer.GetString(7), answer.GetInt64(8)) });
        }

        return rows;
    }

    public static ScheduleRow ScheduleRowOf(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetInt32(4));

    private static StoredRow?[] Read(NpgsqlCommand command, int count)
    {
        var found = new StoredRow?[count];
        var map = "";
        using var answer = command.ExecuteReader();
        while (answer.Read())
        {
            var i = (int)answer.GetInt64(0) - 1;
            if (answer.IsDBNull(3))
            {
                found[i] = new StoredRow(answer.GetInt32(1), answer.IsDBNull(2) ? [] : answer.GetFieldValue<byte[]>(2), []);
                continue;
            }

            var name = answer.GetString(3);
            var row = found[i]!;
            if (row.Entries is not List<StoredEntry> entries)
                found[i] = row with { Entries = entries = [] };

            // One string for a map's name, however many entries it has.
            entries.Add(new StoredEntry(map = name == map ? map : name, answer.GetString(4), answer.GetFieldValue<byte[]>(2)));
        }

        return found;
    }

    /// <param name="sql">Prepared when it is used first.</param>
    /// <param name="names">Of its parameters, which are numbers.</param>
    private NpgsqlCommand Prepared(string sql, params string[] names)
    {
        if (!_prepared.TryGetValue(sql, out var command))
            _prepared.Add(sql, command = Prepare(sql, names.Select(name => new NpgsqlParameter<long>(name, 0L))));

        return command;
    }

    private NpgsqlCommand Prepare(string sql, IEnumerable<NpgsqlParameter> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);

        command.Parameters.Add(new NpgsqlParameter<string>("service", _serviceId));
        command.Prepare();
        return command;
    }

    private static void Set(NpgsqlCommand command, params ReadOnlySpan<long> values)
    {
        for (var i = 0; i < values.Length; i++)
            ((NpgsqlParameter<long>)command.Parameters[i]).TypedValue = values[i];
    }
}
