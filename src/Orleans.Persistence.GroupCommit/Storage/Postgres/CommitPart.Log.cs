using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Entries of logs; those whose place is taken are passed over.</summary>
internal sealed class LogPart : CommitPart
{
    public readonly Column<string> Log, Entity;
    public readonly Column<long> Sequence;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public LogPart() : this(
        new("log_log", NpgsqlDbType.Text), new("log_entity", NpgsqlDbType.Text), new("log_sequence", NpgsqlDbType.Bigint), new("log_payload", NpgsqlDbType.Bytea))
    {
    }

    private LogPart(Column<string> log, Column<string> entity, Column<long> sequence, Column<ReadOnlyMemory<byte>> payload)
        : base(log, entity, sequence, payload) => (Log, Entity, Sequence, Payload) = (log, entity, sequence, payload);

    public override bool IsEmpty => Sequence.Count == 0;

    // After the states, and in the order of the index, as in every process: two that append the same entries cannot wait for each other. The first of
    // equal ones in a batch is the one that came first.
    public override string Sql => """
        logged AS (
            INSERT INTO groupcommit_log (service_id, log, entity, sequence, payload)
            SELECT @service, log, entity, sequence, payload
            FROM unnest(@log_log, @log_entity, @log_sequence, @log_payload) WITH ORDINALITY AS l (log, entity, sequence, payload, ord)
            WHERE (SELECT count(*) FROM done) >= 0
            ORDER BY log COLLATE "C", entity COLLATE "C", sequence, ord
            ON CONFLICT (service_id, log, entity, sequence) DO NOTHING
        )
        """;
}
