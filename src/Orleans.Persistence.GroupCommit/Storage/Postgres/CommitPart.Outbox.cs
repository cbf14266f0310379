using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Events: of states that were stored, and without a state (owner 0).</summary>
internal sealed class OutboxPart : CommitPart
{
    public readonly Column<long> Owner, Id, WrittenAt;
    public readonly Column<string> Provider, Namespace, Key;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public OutboxPart() : this(
        new("event_owner", NpgsqlDbType.Bigint), new("event_id", NpgsqlDbType.Bigint), new("event_written_at", NpgsqlDbType.Bigint),
        new("event_provider", NpgsqlDbType.Text), new("event_namespace", NpgsqlDbType.Text), new("event_key", NpgsqlDbType.Text),
        new("event_payload", NpgsqlDbType.Bytea))
    {
    }

    private OutboxPart(
        Column<long> owner, Column<long> id, Column<long> writtenAt, Column<string> provider, Column<string> space, Column<string> key,
        Column<ReadOnlyMemory<byte>> payload)
        : base(owner, id, writtenAt, provider, space, key, payload) =>
        (Owner, Id, WrittenAt, Provider, Namespace, Key, Payload) = (owner, id, writtenAt, provider, space, key, payload);

    public override bool IsEmpty => Id.Count == 0;

    public override string Sql => """
        appended AS (
            INSERT INTO groupcommit_outbox (service_id, id, provider, namespace, key, payload, written_at)
            SELECT @service, id, provider, namespace, key, payload, written_at
            FROM unnest(@event_owner, @event_id, @event_written_at, @event_provider, @event_namespace, @event_key, @event_payload)
                AS o (owner, id, written_at, provider, namespace, key, payload)
            WHERE owner = 0 OR owner IN (SELECT ord FROM done)
        )
        """;
}

/// <summary>Events that are delivered.</summary>
internal sealed class OutboxRemovalPart : CommitPart
{
    public readonly Column<long> Id;

    public OutboxRemovalPart() : this(new("delivered_id", NpgsqlDbType.Bigint))
    {
    }

    private OutboxRemovalPart(Column<long> id) : base(id) => Id = id;

    public override bool IsEmpty => Id.Count == 0;

    public override string Sql => """
        delivered AS (
            DELETE FROM groupcommit_outbox WHERE id = ANY (@delivered_id)
        )
        """;
}

/// <summary>Events of the outbox that are put aside. One that is there no longer was dealt with by somebody else.</summary>
internal sealed class QuarantinePart : CommitPart
{
    public readonly Column<long> Id;
    public readonly Column<string> Reason;

    public QuarantinePart() : this(new("failed_id", NpgsqlDbType.Bigint), new("failed_reason", NpgsqlDbType.Text))
    {
    }

    private QuarantinePart(Column<long> id, Column<string> reason) : base(id, reason) => (Id, Reason) = (id, reason);

    public override bool IsEmpty => Id.Count == 0;

    public override string Sql => """
        failed AS (
            UPDATE groupcommit_outbox AS o
            SET quarantined = (SELECT reason FROM unnest(@failed_id, @failed_reason) AS f (id, reason) WHERE f.id = o.id LIMIT 1)
            WHERE id = ANY (@failed_id)
        )
        """;
}

/// <summary>Events of logs that are put aside: they come to the outbox, with the reason.</summary>
internal sealed class LoggedQuarantinePart : CommitPart
{
    public readonly Column<long> Id, WrittenAt;
    public readonly Column<string> Provider, Namespace, Key, Reason;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public LoggedQuarantinePart() : this(
        new("aside_id", NpgsqlDbType.Bigint), new("aside_written_at", NpgsqlDbType.Bigint), new("aside_provider", NpgsqlDbType.Text),
        new("aside_namespace", NpgsqlDbType.Text), new("aside_key", NpgsqlDbType.Text), new("aside_reason", NpgsqlDbType.Text),
        new("aside_payload", NpgsqlDbType.Bytea))
    {
    }

    private LoggedQuarantinePart(
        Column<long> id, Column<long> writtenAt, Column<string> provider, Column<string> space, Column<string> key, Column<string> reason,
        Column<ReadOnlyMemory<byte>> payload)
        : base(id, writtenAt, provider, space, key, reason, payload) =>
        (Id, WrittenAt, Provider, Namespace, Key, Reason, Payload) = (id, writtenAt, provider, space, key, reason, payload);

    public override bool IsEmpty => Id.Count == 0;

    public override string Sql => """
        put_aside AS (
            INSERT INTO groupcommit_outbox (service_id, id, provider, namespace, key, payload, written_at, quarantined)
            SELECT @service, id, provider, namespace, key, payload, written_at, reason
            FROM unnest(@aside_id, @aside_written_at, @aside_provider, @aside_namespace, @aside_key, @aside_reason, @aside_payload)
                AS a (id, written_at, provider, namespace, key, reason, payload)
            ON CONFLICT (id) DO UPDATE SET quarantined = excluded.quarantined
        )
        """;
}
