using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>A read transaction on a connection of its own; rows are handed out as they are stepped over, so memory stays flat.</summary>
internal sealed class SqliteSnapshot : IDialectSnapshot
{
    // Stepping never waits by itself: without a pause now and then, a long listing would keep its thread (or its grain's turn).
    private const int RowsPerTurn = 256;

    private readonly SqliteConnection _connection;

    public SqliteSnapshot(SqliteConnection connection)
    {
        _connection = connection;
        // A transaction sees the moment of its first read, not of its BEGIN.
        SqliteDatabase.Run(connection, "BEGIN; SELECT value FROM meta LIMIT 1;");
    }

    public IAsyncEnumerable<(string Key, long Version, byte[] Payload)> ReadRows(
        string kind, string? afterKey, string? beforeKey, CancellationToken cancellationToken) =>
        Stream(
            $"""
            SELECT key, version, payload FROM rows INDEXED BY rows_by_key
            WHERE kind = ?1{(afterKey is null ? "" : " AND key > ?2")}{(beforeKey is null ? "" : " AND key < ?3")} ORDER BY key
            """,
            statement =>
            {
                statement.Bind(1, kind);
                if (afterKey is not null)
                    statement.Bind(2, afterKey);
                if (beforeKey is not null)
                    statement.Bind(3, beforeKey);
            },
            static row => (row.Text(0), row.Long(1), row.Bytes(2)),
            cancellationToken);

    public async ValueTask<(string Key, long Version, byte[] Payload)?> ReadRow(string kind, string key, CancellationToken cancellationToken)
    {
        var rows = Stream(
            "SELECT key, version, payload FROM rows WHERE key = ?1 AND kind = ?2",
            statement => statement.Bind(1, key).Bind(2, kind),
            static row => (row.Text(0), row.Long(1), row.Bytes(2)),
            cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
            return row;

        return null;
    }

    public IAsyncEnumerable<(string GrainKey, string Key, byte[] Payload)> ReadEntries(string kind, string map, CancellationToken cancellationToken) =>
        Stream(
            // CROSS JOIN keeps the order of the tables: by grain key through the index, then each grain's entries, nothing to sort.
            """
            SELECT rows.key, entries.key, entries.payload FROM rows INDEXED BY rows_by_key CROSS JOIN entries
            WHERE rows.kind = ?1 AND entries.owner = rows.id AND entries.map = ?2 ORDER BY rows.key
            """,
            statement => statement.Bind(1, kind).Bind(2, map),
            static row => (row.Text(0), row.Text(1), row.Bytes(2)),
            cancellationToken);

    public IAsyncEnumerable<ScheduleRow> ReadScheduled(string? from, CancellationToken cancellationToken) => Stream(
        // No text is before the empty one.
        "SELECT target, name, token, due_at, attempts FROM schedules WHERE target >= ?1 ORDER BY target, name",
        statement => statement.Bind(1, from ?? ""),
        static row => new ScheduleRow(row.Text(0), row.Text(1), row.Long(2), row.Time(3), (int)row.Long(4)),
        cancellationToken);

    public ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken)
    {
        using var statement = new SqliteStatement(_connection, $"""
            SELECT count(*) - count(quarantined) + (
                SELECT count(*) FROM log WHERE id > {SqliteReader.OldestPosition} AND {SqliteReader.Undelivered}), count(quarantined)
            FROM outbox
            """);
        statement.Step();
        var (waiting, quarantined) = (statement.Long(0), statement.Long(1));
        statement.Reset();
        return ValueTask.FromResult(new OutboxDepth(waiting, quarantined));
    }

    public IAsyncEnumerable<LogRow> ReadLog(string log, string? from, string? before, CancellationToken cancellationToken) => Stream(
        $"""
        SELECT entity, sequence, payload FROM log INDEXED BY log_by_entity
        WHERE log = ?1{(from is null ? "" : " AND entity >= ?2")}{(before is null ? "" : " AND entity < ?3")} ORDER BY entity, sequence
        """,
        statement =>
        {
            statement.Bind(1, log);
            if (from is not null)
                statement.Bind(2, from);
            if (before is not null)
                statement.Bind(3, before);
        },
        static row => new LogRow(row.Text(0), row.Long(1), row.Bytes(2)),
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        // Closing ends the transaction.
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<T> Stream<T>(
        string sql, Action<SqliteStatement> bind, Func<SqliteStatement, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var statement = new SqliteStatement(_connection, sql);
        bind(statement);
        for (var count = 1; statement.Step(); count++)
        {
            yield return read(statement);
            cancellationToken.ThrowIfCancellationRequested();
            if (count % RowsPerTurn == 0)
                await Task.Yield();
        }
    }
}
