using System.Runtime.CompilerServices;
using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>A read transaction on a connection of its own; listings come by cursors, so memory stays flat and several can be read in turns.</summary>
internal sealed class PostgresSnapshot : IDialectSnapshot
{
    private const int RowsAtOnce = 500;

    private readonly NpgsqlConnection _connection;
    private readonly string _serviceId;
    private int _cursors;

    private PostgresSnapshot(NpgsqlConnection connection, string serviceId) => (_connection, _serviceId) = (connection, serviceId);

    public static async Task<PostgresSnapshot> Begin(NpgsqlConnection connection, string serviceId, CancellationToken cancellationToken)
    {
        // A transaction sees the moment of its first query, not of its BEGIN. A reading of everything may take its time.
        using var begin = new NpgsqlCommand("""
            BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
            SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
            SET LOCAL jit = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
            SELECT 1
            """, connection);
        await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return new PostgresSnapshot(connection, serviceId);
    }

    public IAsyncEnumerable<(string Key, long Version, byte[] Payload)> ReadRows(
        string kind, string? afterKey, string? beforeKey, CancellationToken cancellationToken) => Stream(
            $"""
            SELECT groupcommit_key(grainidn0, grainidn1, grainidextensionstring) COLLATE "C" AS key, version, payloadbinary FROM orleansstorage
            WHERE serviceid || '/' || graintypestring = $1 || '/' || $2 AND serviceid = $1 AND graintypestring = $2 AND payloadbinary IS NOT NULL
              {(afterKey is null ? "" : """AND groupcommit_key(grainidn0, grainidn1, grainidextensionstring) COLLATE "C" > $3""")}
              {(beforeKey is null ? "" : $"""AND groupcommit_key(grainidn0, grainidn1, grainidextensionstring) COLLATE "C" < ${(afterKey is null ? 3 : 4)}""")}
            ORDER BY groupcommit_key(grainidn0, grainidn1, grainidextensionstring) COLLATE "C"
            """,
            [_serviceId, kind, .. afterKey is null ? (object[])[] : [afterKey], .. beforeKey is null ? (object[])[] : [beforeKey]],
            static row => (row.GetString(0), (long)row.GetInt32(1), row.GetFieldValue<byte[]>(2)),
            cancellationToken);

    public async ValueTask<(string Key, long Version, byte[] Payload)?> ReadRow(string kind, string key, CancellationToken cancellationToken)
    {
        var id = RowKey.Of(new RowId(kind, key));
        using var command = Command("""
            SELECT version, payloadbinary FROM orleansstorage
            WHERE serviceid = $1 AND graintypehash = $2 AND grainidhash = $3 AND grainidn0 = $4 AND grainidn1 = $5 AND graintypestring = $6
              AND coalesce(grainidextensionstring, '') = $7 AND payloadbinary IS NOT NULL
            """, [_serviceId, id.TypeHash, id.Id.IdHash, id.Id.N0, id.Id.N1, id.Type, id.Id.Extension ?? ""]);
        using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await row.ReadAsync(cancellationToken).ConfigureAwait(false) ? (key, row.GetInt32(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    public IAsyncEnumerable<(string GrainKey, string Key, byte[] Payload)> ReadEntries(string kind, string map, CancellationToken cancellationToken) => Stream(
        // By grain key through the index, then each grain's entries: nothing to sort.
        """
        SELECT s.key, e.key, e.payload FROM (
            SELECT groupcommit_id, groupcommit_key(grainidn0, grainidn1, grainidextensionstring) COLLATE "C" AS key FROM orleansstorage
            WHERE serviceid || '/' || graintypestring = $1 || '/' || $2 AND serviceid = $1 AND graintypestring = $2
            ORDER BY groupcommit_key(grainidn0, grainidn1, grainidextensionstring) COLLATE "C") AS s
        CROSS JOIN LATERAL (SELECT key, payload FROM groupcommit_entries WHERE owner = s.groupcommit_id AND map = $3 ORDER BY key OFFSET 0) AS e
        """,
        [_serviceId, kind, map],
        static row => (row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2)),
        cancellationToken);

    public IAsyncEnumerable<ScheduleRow> ReadScheduled(string? from, CancellationToken cancellationToken) => Stream(
        // No text is before the empty one.
        """
        SELECT target, name, token, due_at, attempts FROM groupcommit_schedules WHERE service_id = $1 AND target >= $2 ORDER BY target, name
        """,
        [_serviceId, from ?? ""], PostgresReader.ScheduleRowOf, cancellationToken);

    public async ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken)
    {
        using var command = Command($"""
            SELECT count(*) - count(quarantined) + (
                SELECT count(*) FROM groupcommit_owners AS o CROSS JOIN LATERAL (SELECT FROM {PostgresOwners.LogsOfOwner}) AS waiting WHERE service_id = $1),
                count(quarantined)
            FROM groupcommit_outbox WHERE service_id = $1
            """, [_serviceId]);
        using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new OutboxDepth(row.GetInt64(0), row.GetInt64(1));
    }

    public IAsyncEnumerable<LogRow> ReadLog(string log, string? from, string? before, CancellationToken cancellationToken) => Stream(
        $"""
        SELECT entity, sequence, payload FROM groupcommit_log
        WHERE service_id = $1 AND log = $2{(from is null ? "" : " AND entity >= $3")}{(before is null ? "" : $" AND entity < ${(from is null ? 3 : 4)}")}
        ORDER BY entity, sequence
        """,
        [_serviceId, log, .. from is null ? (object[])[] : [from], .. before is null ? (object[])[] : [before]],
        static row => new LogRow(row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)),
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var end = new NpgsqlCommand("ROLLBACK", _connection);
            await end.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The connection is broken: the transaction ended with it.
        }
        finally
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<T> Stream<T>(
        string sql, object[] parameters, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = $"c{++_cursors}";
        using (var declare = Command($"DECLARE {cursor} NO SCROLL CURSOR FOR {sql}", parameters))
            await declare.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        using var fetch = Command($"FETCH {RowsAtOnce} FROM {cursor}", []);
        var page = new List<T>(RowsAtOnce);
        do
        {
            page.Clear();
            using (var rows = await fetch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            {
                while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                    page.Add(read(rows));
            }

            foreach (var row in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return row;
            }
        }
        while (page.Count == RowsAtOnce);
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
#pragma warning disable CA2100 // Made of constants and numbers.
        var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });

        return command;
    }
}
