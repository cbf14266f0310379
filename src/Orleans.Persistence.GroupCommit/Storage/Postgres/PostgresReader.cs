using Npgsql;
using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>A reading connection with its statements. Reads beside the writer, never waits for it. Not thread-safe.</summary>
internal sealed class PostgresReader : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _serviceId;
    private readonly Dictionary<string, NpgsqlCommand> _prepared = [];

    public PostgresReader(NpgsqlConnection connection, string serviceId) => (_connection, _serviceId) = (connection, serviceId);

    // One statement, so that a row and its entries are of the same moment. The lookups stand alone in subqueries: nothing else can be planned.
    private const string RowsSql = """
        WITH found AS MATERIALIZED (
            SELECT r.ord, s.* FROM unnest(@id_hash, @type_hash, @n0, @n1, @type, @extension)
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

    public StoredRow?[] Read(IReadOnlyList<RowId> rows)
    {
        var count = rows.Count;
        int[] idHash = new int[count], typeHash = new int[count];
        long[] n0 = new long[count], n1 = new long[count];
        string[] type = new string[count];
        string?[] extension = new string?[count];
        for (var i = 0; i < count; i++)
        {
            var key = RowKey.Of(rows[i]);
            (idHash[i], typeHash[i], n0[i], n1[i], type[i], extension[i]) = (key.Id.IdHash, key.TypeHash, key.Id.N0, key.Id.N1, key.Type, key.Id.Extension);
        }

        var command = Prepared(RowsSql, ("id_hash", NpgsqlDbType.Integer), ("type_hash", NpgsqlDbType.Integer), ("n0", NpgsqlDbType.Bigint),
            ("n1", NpgsqlDbType.Bigint), ("type", NpgsqlDbType.Text), ("extension", NpgsqlDbType.Text));
        Set(command, idHash, typeHash, n0, n1, type, extension);
        return Read(command, count);
    }

    public List<OutboxRow> ReadOutbox(long afterId, long lastId, int limit)
    {
        var command = Prepared("""
            SELECT id, provider, namespace, key, payload, written_at FROM groupcommit_outbox
            WHERE id > @after AND id <= @last AND quarantined IS NULL ORDER BY id LIMIT @limit
            """, ("after", NpgsqlDbType.Bigint), ("last", NpgsqlDbType.Bigint), ("limit", NpgsqlDbType.Bigint));
        Set(command, afterId, lastId, (long)limit);
        List<OutboxRow> rows = [];
        using var answer = command.ExecuteReader();
        while (answer.Read())
            rows.Add(OutboxRowOf(answer));

        return rows;
    }

    public List<ScheduleRow> ClaimDue(long owner, DateTimeOffset now, DateTimeOffset until, int limit)
    {
        var command = Prepared(ClaimSql, ("owner", NpgsqlDbType.Bigint), ("now", NpgsqlDbType.Bigint), ("until", NpgsqlDbType.Bigint), ("limit", NpgsqlDbType.Bigint));
        Set(command, owner, now.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds(), (long)limit);
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

        _connection.Dispose();
    }

    public static OutboxRow OutboxRowOf(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)));

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

    private NpgsqlCommand Prepared(string sql, params ReadOnlySpan<(string Name, NpgsqlDbType Type)> parameters)
    {
        if (_prepared.TryGetValue(sql, out var known))
            return known;

        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, type) in parameters)
            command.Parameters.Add(new NpgsqlParameter(name, sql == RowsSql ? NpgsqlDbType.Array | type : type) { Value = DBNull.Value });

        command.Parameters.Add(new NpgsqlParameter("service", NpgsqlDbType.Text) { Value = _serviceId });
        command.Prepare();
        _prepared.Add(sql, command);
        return command;
    }

    private static void Set(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }
}
