using Npgsql;

namespace Shop.Benches.Load.Machine;

/// <summary>Rows that PostgreSQL has written, table by table, and the bytes of its log.</summary>
internal sealed class DatabaseCounters(string connectionString)
{
    /// <summary>What a table's count begins with.</summary>
    public const string Rows = "rows of ";

    private const string Sql = $"""
        SELECT '{Rows}' || relname, (n_tup_ins + n_tup_upd + n_tup_del)::float8 FROM pg_stat_user_tables
        UNION ALL SELECT 'bytes of log', pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8
        """;

    private const string Sizes = """
        SELECT relname, round(pg_total_relation_size(relid) / 1048576.0, 1)::float8 FROM pg_stat_user_tables
        WHERE pg_total_relation_size(relid) > 1048576 ORDER BY 2 DESC
        """;

    public Task<IReadOnlyDictionary<string, double>> Read(CancellationToken cancel) => Read(Sql, cancel);

    /// <summary>Of tables, with their indexes, in MiB; the largest first, those below one left out.</summary>
    public Task<IReadOnlyDictionary<string, double>> ReadSizes(CancellationToken cancel) => Read(Sizes, cancel);

    private async Task<IReadOnlyDictionary<string, double>> Read(string sql, CancellationToken cancel)
    {
        var counts = new Dictionary<string, double>();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            counts[reader.GetString(0)] = reader.GetDouble(1);
        return counts;
    }
}
