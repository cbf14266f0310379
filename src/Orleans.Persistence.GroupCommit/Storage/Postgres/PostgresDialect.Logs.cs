using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// What the readers of logs ask. They come from anywhere and any number at once, so they share the pool; each statement is planned for its
/// values, and finds its rows in an index.
/// </summary>
internal sealed partial class PostgresDialect : ILogStore
{
    // Whoever is alive renews its lease within seconds, also after a pause in which it was taken for dead. The newest is always there, so that
    // whoever is newer than all in a position has begun after it was taken.
    private static readonly string HeadsSql = $"""
        SELECT id, greatest(id << {BitsPerOwner}, {Newest("provider IS NOT NULL")}, {Newest("provider IS NULL")}), may_move FROM (
            SELECT id, alive_until > now() - interval '1 minute' AS may_move FROM groupcommit_owners
            WHERE service_id = $1 AND silo <> '{PostgresOwners.Clock}') AS o
        WHERE may_move OR id = ANY ($2)
            OR id = (SELECT max(id) FROM groupcommit_owners WHERE service_id = $1 AND silo <> '{PostgresOwners.Clock}')
        """;

    public ILogStore Logs => this;

    public bool IsShared => _options.Sharing != GroupCommitSharing.OneProcess;

    public Task<IReadOnlyList<LogRow>> ReadHistory(LogEntity entity, long from, int limit, CancellationToken cancellationToken) => Ask(
        """
        SELECT sequence, payload FROM groupcommit_log
        WHERE service_id = $1 AND log = $2 AND entity = $3 AND sequence >= $4 ORDER BY sequence LIMIT $5
        """,
        row => new LogRow(entity.Name, row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
        cancellationToken, _serviceId, entity.Log, entity.Name, from, limit);

    public Task<IReadOnlyList<bool>> HaveMore(IReadOnlyList<LogPlace> places, CancellationToken cancellationToken) => Ask(
        """
        SELECT EXISTS (
            SELECT FROM groupcommit_log AS l
            WHERE l.service_id = $1 AND l.log = p.log AND l.entity = p.entity AND l.sequence > p.sequence OFFSET 0)
        FROM unnest($2, $3, $4) WITH ORDINALITY AS p (log, entity, sequence, ord) ORDER BY ord
        """,
        static row => row.GetBoolean(0), cancellationToken,
        _serviceId, places.Select(place => place.Log).ToArray(), places.Select(place => place.Entity).ToArray(),
            places.Select(place => place.Sequence).ToArray());

    public long OwnerOf(long id) => (id - 1) >> BitsPerOwner;

    public Task<IReadOnlyList<LogHead>> ReadHeads(IReadOnlyCollection<long> others, CancellationToken cancellationToken) => Ask(
        HeadsSql, static row =>
            new LogHead(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)), cancellationToken, _serviceId, others.ToArray());

    // From each owner to the next one, by two probes: however many entries they have. Of whom, the first of them says.
    private static readonly string AllHeadsSql = $"""
        WITH RECURSIVE found (first) AS (
            SELECT {First("0")}
            UNION ALL
            SELECT {First($"((first - 1) >> {BitsPerOwner}) + 1 << {BitsPerOwner}")} FROM found WHERE first IS NOT NULL
        ),
        o AS (
            SELECT (first - 1) >> {BitsPerOwner} AS id FROM found
            WHERE $1 = coalesce((SELECT service_id FROM groupcommit_log WHERE provider IS NOT NULL AND id = first),
                                (SELECT service_id FROM groupcommit_log WHERE provider IS NULL AND id = first))
        )
        SELECT id, greatest({Newest("provider IS NOT NULL")}, {Newest("provider IS NULL")}) FROM o
        """;

    // Each index by itself, and in the order of the ids: what is merged is sorted already.
    private const string RecordsSql = """
        SELECT * FROM (
            (SELECT id, log, entity, sequence, CASE WHEN log = $1 THEN payload ELSE '' END, written_at, provider FROM groupcommit_log
             WHERE provider IS NOT NULL AND id > $2 AND id <= $3 ORDER BY id LIMIT $4)
            UNION ALL
            (SELECT id, log, entity, sequence, CASE WHEN log = $1 THEN payload ELSE '' END, written_at, provider FROM groupcommit_log
             WHERE provider IS NULL AND id > $2 AND id <= $3 ORDER BY id LIMIT $4)) AS records
        ORDER BY id LIMIT $4
        """;

    private const string CountSql = """
        SELECT (SELECT count(*) FROM (
                   SELECT FROM groupcommit_log WHERE provider IS NOT NULL AND id > $1 AND id <= $2 ORDER BY id LIMIT $3) AS told)
             + (SELECT count(*) FROM (
                   SELECT FROM groupcommit_log WHERE provider IS NULL AND id > $1 AND id <= $2 ORDER BY id LIMIT $3) AS untold)
        """;

    // In one statement, and so of one moment: what is taken over from a dead process goes from its log into the outbox.
    private static readonly string DeliveredSql = $"""
        SELECT o.id, coalesce((SELECT min(l.id) - 1 FROM {PostgresOwners.LogsOfOwner}), (o.id + 1) << {BitsPerOwner})
        FROM unnest($2) AS o (id)
        WHERE NOT EXISTS (SELECT FROM groupcommit_outbox WHERE service_id = $1 AND quarantined IS NULL)
        """;

    public string ServiceId => _serviceId;

    public async Task<IReadOnlyDictionary<long, long>> ReadAllHeads(CancellationToken cancellationToken) =>
        new Dictionary<long, long>(await Ask(
        AllHeadsSql, static row =>
            KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), cancellationToken, _serviceId).ConfigureAwait(false));

    public Task<IReadOnlyList<LogRecord>> ReadRecords(string log, long owner, long afterId, int limit, CancellationToken cancellationToken)
    {
        var (after, last) = IdsOf(owner);
        return Ask(
            RecordsSql,
            static row => new LogRecord(
                row.GetInt64(0), row.GetString(1), new LogRow(row.GetString(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4)),
                row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                row.IsDBNull(6) ? null : row.GetString(6)),
            cancellationToken, log, Math.Max(after, afterId), last, limit);
    }

    public async Task<long> Count(long owner, long afterId, int limit, CancellationToken cancellationToken)
    {
        var (after, last) = IdsOf(owner);
        return (await Ask(CountSql, static row => row.GetInt64(0), cancellationToken, Math.Max(after, afterId), last,
            limit).ConfigureAwait(false))[0];
    }

    public async Task<IReadOnlyDictionary<long, long>> ReadDelivered(
        IReadOnlyCollection<long> owners, CancellationToken cancellationToken) =>
        new Dictionary<long, long>(await Ask(
            DeliveredSql, static row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)),
            cancellationToken, _serviceId, owners.ToArray()).ConfigureAwait(false));

    public Task<IProjectionLease?> TryLease(string name, TimeSpan patience, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            ThrowIfNotOpen();
            return PostgresLease.TryTake(_connections, _serviceId, name, patience);
        },
        cancellationToken);

    public async Task<IProjectionLease> OpenBeside(CancellationToken cancellationToken)
    {
        ThrowIfNotOpen();
        return new PostgresLease(
            await _connections.Pool.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), _connections.CommandTimeout);
    }

    /// <summary>The first id after one, by the two indexes.</summary>
    private static string First(string after) => $"""
        least((SELECT min(id) FROM groupcommit_log WHERE provider IS NOT NULL AND id > {after}),
              (SELECT min(id) FROM groupcommit_log WHERE provider IS NULL AND id > {after}))
        """;

    /// <summary>Of an owner o, among those of its entries that one of the two indexes has.</summary>
    private static string Newest(string indexed) =>
        $"(SELECT max(id) FROM groupcommit_log WHERE {indexed} AND id > o.id << {BitsPerOwner} AND id <= (o.id + 1) << {BitsPerOwner})";

    private async Task<IReadOnlyList<TRow>> Ask<TRow>(
        string sql, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken, params object[] values)
    {
        ThrowIfNotOpen();
        try
        {
            var connection = await _connections.Pool.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
#pragma warning disable CA2100 // Constants only.
                using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
                foreach (var value in values)
                    command.Parameters.Add(new NpgsqlParameter { Value = value });

                using var answer = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                List<TRow> rows = [];
                while (await answer.ReadAsync(cancellationToken).ConfigureAwait(false))
                    rows.Add(read(answer));

                return rows;
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresErrors.Describe(e, _connections.Server);
        }
    }
}
