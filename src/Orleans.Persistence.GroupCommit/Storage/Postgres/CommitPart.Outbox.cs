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

/// <summary>Events that are put aside: those that are in the outbox stay, those of a log come there.</summary>
internal sealed class QuarantinePart : CommitPart
{
    public readonly Column<long> Id, WrittenAt;
    public readonly Column<string> Provider, Namespace, Key, Reason;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public QuarantinePart() : this(
        new("failed_id", NpgsqlDbType.Bigint), new("failed_written_at", NpgsqlDbType.Bigint), new("failed_provider", NpgsqlDbType.Text),
        new("failed_namespace", NpgsqlDbType.Text), new("failed_key", NpgsqlDbType.Text), new("failed_reason", NpgsqlDbType.Text),
        new("failed_payload", NpgsqlDbType.Bytea))
    {
    }

    private QuarantinePart(
        Column<long> id, Column<long> writtenAt, Column<string> provider, Column<string> space, Column<string> key, Column<string> reason,
        Column<ReadOnlyMemory<byte>> payload)
        : base(id, writtenAt, provider, space, key, reason, payload) =>
        (Id, WrittenAt, Provider, Namespace, Key, Reason, Payload) = (id, writtenAt, provider, space, key, reason, payload);

    public override bool IsEmpty => Id.Count == 0;

    public override string Sql => """
        failed AS (
            INSERT INTO groupcommit_outbox (service_id, id, provider, namespace, key, payload, written_at, quarantined)
            SELECT @service, id, provider, namespace, key, payload, written_at, reason
            FROM unnest(@failed_id, @failed_written_at, @failed_provider, @failed_namespace, @failed_key, @failed_reason, @failed_payload)
                AS f (id, written_at, provider, namespace, key, reason, payload)
            ON CONFLICT (id) DO UPDATE SET quarantined = excluded.quarantined
        )
        """;
}
