namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>What may be dropped, and how it is.</summary>
internal sealed partial class PostgresDialect
{
    // Up to the first event that somebody is still to get, and to where the slowest projection is. A projection that has no place there has
    // not begun. An owner that was forgotten had nothing to leave: that was looked at before, and its positions went with it.
    private static readonly string DroppableSql = $"""
        SELECT o.id, least(
            (o.id + 1) << {BitsPerOwner},
            CASE WHEN EXISTS (SELECT FROM groupcommit_owners WHERE id = o.id)
                OR EXISTS (SELECT FROM groupcommit_positions WHERE service_id = $1 AND owner = o.id)
                THEN (SELECT min(l.id) - 1 FROM {PostgresOwners.LogsOfOwner}) END,
            (SELECT min(coalesce(d.position, 0)) FROM groupcommit_projections AS p
             LEFT JOIN groupcommit_projected AS d ON d.service_id = p.service_id AND d.name = p.name AND d.owner = o.id
             WHERE p.service_id = $1))
        FROM unnest($2) AS o (id)
        """;

    private const string DropSql = """
        WITH old AS MATERIALIZED (
            SELECT place FROM (
                (SELECT id, ctid AS place FROM groupcommit_log WHERE provider IS NOT NULL AND id > $1 AND id <= $2 ORDER BY id LIMIT $3)
                UNION ALL
                (SELECT id,
                    ctid AS place FROM groupcommit_log WHERE provider IS NULL AND id > $1 AND id <= $2 ORDER BY id LIMIT $3)) AS both_of
            ORDER BY id LIMIT $3
        ),
        dropped AS (
            DELETE FROM groupcommit_log WHERE ctid = ANY (ARRAY(SELECT place FROM old)) RETURNING 1
        )
        SELECT count(*) FROM dropped
        """;

    public async Task<IReadOnlyDictionary<long, long>> ReadDroppable(CancellationToken cancellationToken)
    {
        var owners = (await ReadAllHeads(cancellationToken).ConfigureAwait(false)).Keys.ToArray();
        return new Dictionary<long, long>(await Ask(
            DroppableSql, static row =>
                KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), cancellationToken, _serviceId, owners).ConfigureAwait(false));
    }

    public async Task<long> Drop(long owner, long upToId, int limit, CancellationToken cancellationToken) =>
        (await Ask(DropSql, static row => row.GetInt64(0), cancellationToken, IdsOf(owner).After, upToId, limit).ConfigureAwait(false))[0];
}
