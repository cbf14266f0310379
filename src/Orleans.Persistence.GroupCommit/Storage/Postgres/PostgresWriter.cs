using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>The writing connection. Not thread-safe.</summary>
internal sealed class PostgresWriter : IDisposable
{
    private const int Repeats = 3;

    private readonly NpgsqlConnection _connection;
    private readonly CommitBatch _batch = new();
    private readonly CommitStatement _statement;
    private readonly NpgsqlCommand _adopt;

    public PostgresWriter(NpgsqlConnection connection, string serviceId)
    {
        // First, since it may fail: whoever opened the connection closes it then.
        Session = PostgresSession.Of(connection);
        _connection = connection;
        _statement = new CommitStatement(connection, _batch, serviceId);
        _adopt = connection.CreateCommand();
        // In pages, and in their order; quarantined ones move, too, so that the owner is done with in the end.
        _adopt.CommandText = """
            WITH page AS MATERIALIZED (
                SELECT id FROM groupcommit_outbox WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3 FOR UPDATE
            ),
            taken AS (
                DELETE FROM groupcommit_outbox WHERE id = ANY (ARRAY(SELECT id FROM page)) RETURNING *
            )
            INSERT INTO groupcommit_outbox (id, service_id, provider, namespace, key, payload, written_at, quarantined)
            SELECT $4 + row_number() OVER (ORDER BY id), service_id, provider, namespace, key, payload, written_at, quarantined FROM taken
            RETURNING id, provider, namespace, key, payload, written_at, quarantined IS NOT NULL
            """;
        for (var i = 0; i < 4; i++)
            _adopt.Parameters.Add(new NpgsqlParameter<long>());
    }

    /// <summary>The server's side of the connection.</summary>
    public PostgresSession Session { get; }

    /// <summary>For specs: to look at, and to cause faults.</summary>
    public NpgsqlConnection Connection => _connection;

    /// <summary>See <see cref="IDialect.Commit"/>.</summary>
    public bool[] Commit(IReadOnlyList<WriteRequest> batch, ref long lastId)
    {
        if (batch[0] is OutboxAdopt adopt)
        {
            Adopt(adopt, ref lastId);
            return [true];
        }

        for (var repeat = 1; ; repeat++)
        {
            Fill(batch, ref lastId);
            try
            {
                _statement.Execute();
                return _batch.Stored;
            }
            catch (PostgresException e) when (PostgresErrors.IsWorthRepeating(e) && repeat < Repeats)
            {
                // Nothing was stored.
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrors.RowIsMissing && _batch.Count == 1)
            {
                return [false];
            }
        }
    }

    public void Dispose()
    {
        _adopt.Dispose();
        _statement.Dispose();
        _connection.Dispose();
    }

    private void Fill(IReadOnlyList<WriteRequest> batch, ref long lastId)
    {
        try
        {
            _batch.Fill(batch, ref lastId);
        }
        catch (Exception e)
        {
            throw new BatchRejectedException($"The database takes no such write: {e.Message}", e);
        }
    }

    private void Adopt(OutboxAdopt adopt, ref long lastId)
    {
        ((NpgsqlParameter<long>)_adopt.Parameters[0]).TypedValue = adopt.AfterId;
        ((NpgsqlParameter<long>)_adopt.Parameters[1]).TypedValue = adopt.LastId;
        ((NpgsqlParameter<long>)_adopt.Parameters[2]).TypedValue = adopt.Limit;
        ((NpgsqlParameter<long>)_adopt.Parameters[3]).TypedValue = lastId;
        // Used up even if the statement fails: it may have been stored.
        lastId += adopt.Limit;
        List<OutboxRow> rows = [];
        var moved = 0;
        using (var answer = _adopt.ExecuteReader())
        {
            for (; answer.Read(); moved++)
            {
                if (!answer.GetBoolean(6))
                    rows.Add(PostgresReader.OutboxRowOf(answer));
            }
        }

        rows.Sort((one, other) => one.Id.CompareTo(other.Id));
        adopt.Rows = rows;
        adopt.IsComplete = moved < adopt.Limit;
    }
}
