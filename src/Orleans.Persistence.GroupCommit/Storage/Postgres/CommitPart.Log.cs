using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Entries of logs; those whose place is taken are passed over.</summary>
internal sealed class LogPart : CommitPart
{
    public readonly Column<string> Log, Entity;
    public readonly Column<long> Sequence, Id, WrittenAt;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public LogPart() : this(
        new("log_log", NpgsqlDbType.Text), new("log_entity", NpgsqlDbType.Text), new("log_sequence", NpgsqlDbType.Bigint),
        new("log_id", NpgsqlDbType.Bigint), new("log_written_at", NpgsqlDbType.Bigint), new("log_payload", NpgsqlDbType.Bytea))
    {
    }

    private LogPart(
        Column<string> log, Column<string> entity, Column<long> sequence, Column<long> id, Column<long> writtenAt, Column<ReadOnlyMemory<byte>> payload)
        : base(log, entity, sequence, id, writtenAt, payload) =>
        (Log, Entity, Sequence, Id, WrittenAt, Payload) = (log, entity, sequence, id, writtenAt, payload);

    public override bool IsEmpty => Sequence.Count == 0;

    // After the states, and in the order of the index, as in every process: two that append the same entries cannot wait for each other. The first of
    // equal ones in a batch is the one that came first.
    public override string Sql => """
        logged AS (
            INSERT INTO groupcommit_log (service_id, log, entity, sequence, payload, id, written_at)
            SELECT @service, log, entity, sequence, payload, id, nullif(written_at, 0)
            FROM unnest(@log_log, @log_entity, @log_sequence, @log_id, @log_written_at, @log_payload) WITH ORDINALITY
                AS l (log, entity, sequence, id, written_at, payload, ord)
            WHERE (SELECT count(*) FROM done) >= 0
            ORDER BY log COLLATE "C", entity COLLATE "C", sequence, ord
            ON CONFLICT (service_id, log, entity, sequence) DO NOTHING
        )
        """;
}

/// <summary>Events of states that were stored, in their logs. A place that is taken fails the statement: the state would say something that its log does not.</summary>
internal sealed class EventPart : CommitPart
{
    public readonly Column<long> Owner, Id, WrittenAt, Sequence;
    public readonly Column<string> Provider, Namespace, Key, Log, Entity;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public EventPart() : this(
        new("fact_owner", NpgsqlDbType.Bigint), new("fact_id", NpgsqlDbType.Bigint), new("fact_written_at", NpgsqlDbType.Bigint),
        new("fact_sequence", NpgsqlDbType.Bigint), new("fact_provider", NpgsqlDbType.Text), new("fact_namespace", NpgsqlDbType.Text),
        new("fact_key", NpgsqlDbType.Text), new("fact_log", NpgsqlDbType.Text), new("fact_entity", NpgsqlDbType.Text),
        new("fact_payload", NpgsqlDbType.Bytea))
    {
    }

    private EventPart(
        Column<long> owner, Column<long> id, Column<long> writtenAt, Column<long> sequence, Column<string> provider, Column<string> space,
        Column<string> key, Column<string> log, Column<string> entity, Column<ReadOnlyMemory<byte>> payload)
        : base(owner, id, writtenAt, sequence, provider, space, key, log, entity, payload)
    {
        (Owner, Id, WrittenAt, Sequence, Provider) = (owner, id, writtenAt, sequence, provider);
        (Namespace, Key, Log, Entity, Payload) = (space, key, log, entity, payload);
    }

    public override bool IsEmpty => Id.Count == 0;

    // An entity's state is written before, and is nobody else's until the end: no two can wait for each other here.
    public override string Sql => """
        recorded AS (
            INSERT INTO groupcommit_log (service_id, log, entity, sequence, payload, id, provider, namespace, key, written_at)
            SELECT @service, log, entity, sequence, payload, id, nullif(provider, ''), namespace, key, written_at
            FROM unnest(@fact_owner, @fact_id, @fact_written_at, @fact_sequence, @fact_provider, @fact_namespace, @fact_key, @fact_log, @fact_entity, @fact_payload)
                AS f (owner, id, written_at, sequence, provider, namespace, key, log, entity, payload)
            WHERE owner IN (SELECT ord FROM done)
        )
        """;
}

/// <summary>How far readers have come.</summary>
internal sealed class PositionPart : CommitPart
{
    public readonly Column<string> Reader;
    public readonly Column<long> Owner, Position;
    public readonly Column<string?> Late;

    public PositionPart() : this(
        new("reader_name", NpgsqlDbType.Text), new("reader_owner", NpgsqlDbType.Bigint), new("reader_position", NpgsqlDbType.Bigint),
        new("reader_late", NpgsqlDbType.Jsonb))
    {
    }

    private PositionPart(Column<string> reader, Column<long> owner, Column<long> position, Column<string?> late)
        : base(reader, owner, position, late) => (Reader, Owner, Position, Late) = (reader, owner, position, late);

    public override bool IsEmpty => Reader.Count == 0;

    // Of two heirs of one process, the slower does not take the other one back.
    public override string Sql => """
        positioned AS (
            INSERT INTO groupcommit_positions AS p (service_id, owner, reader, position, late)
            SELECT @service, owner, reader, position, late
            FROM unnest(@reader_name, @reader_owner, @reader_position, @reader_late) AS r (reader, owner, position, late)
            ON CONFLICT (service_id, owner, reader) DO UPDATE SET late = excluded.late,
                position = CASE p.reader WHEN '' THEN greatest(p.position, excluded.position) ELSE excluded.position END
        )
        """;
}
