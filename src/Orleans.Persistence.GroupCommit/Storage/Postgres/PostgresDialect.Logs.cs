using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// What the readers of logs ask. They come from anywhere and any number at once, so they share the pool; each statement is planned for its values,
/// and finds its rows in an index.
/// </summary>
internal sealed partial class PostgresDialect : ILogStore
{
    // Whoever is alive renews its lease within seconds, also after a pause in which it was taken for dead.
    private static readonly string HeadsSql = $"""
        SELECT id, greatest(id << {BitsPerOwner}, {Newest("provider IS NOT NULL")}, {Newest("provider IS NULL")}) FROM groupcommit_owners AS o
        WHERE service_id = $1 AND silo <> '{PostgresOwners.Clock}' AND alive_until > now() - interval '1 minute'
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
        _serviceId, places.Select(place => place.Log).ToArray(), places.Select(place => place.Entity).ToArray(), places.Select(place => place.Sequence).ToArray());

    public long OwnerOf(long id) => (id - 1) >> BitsPerOwner;

    public async Task<IReadOnlyDictionary<long, long>> ReadHeads(CancellationToken cancellationToken) => new Dictionary<long, long>(await Ask(
        HeadsSql, static row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), cancellationToken, _serviceId).ConfigureAwait(false));

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
