using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// The messages that a batch arms, disarms, settles or moves. Silos reach for the same ones from both sides (the grain arms, the scheduler
/// settles), so all of them are locked first, in one order: no two batches can wait for each other. By advisory locks, since there is no row to
/// lock for a message that somebody else is about to arm.
/// </summary>
internal sealed class SchedulePart : CommitPart
{
    public readonly Column<string> Target, Name;

    public SchedulePart() : this(new("message_target", NpgsqlDbType.Text), new("message_name", NpgsqlDbType.Text))
    {
    }

    private SchedulePart(Column<string> target, Column<string> name) : base(target, name) => (Target, Name) = (target, name);

    public override bool IsEmpty => Target.Count == 0;

    // Counting those done makes it wait for the states, which come first in everybody's order.
    public override string Sql => """
        messages AS MATERIALIZED (
            SELECT pg_advisory_xact_lock(hashtext(@service), key) FROM (
                SELECT DISTINCT hashtext(target || '/' || name) AS key FROM unnest(@message_target, @message_name) AS m (target, name)
                WHERE (SELECT count(*) FROM done) >= 0
                ORDER BY key) AS sorted
        )
        """;
}

/// <summary>Messages of states that were stored.</summary>
internal sealed class ArmingPart : CommitPart
{
    public readonly Column<long> Owner, Token, DueAt;
    public readonly Column<string> Target, Name;

    public ArmingPart() : this(
        new("armed_owner", NpgsqlDbType.Bigint), new("armed_token", NpgsqlDbType.Bigint), new("armed_due_at", NpgsqlDbType.Bigint),
        new("armed_target", NpgsqlDbType.Text), new("armed_name", NpgsqlDbType.Text))
    {
    }

    private ArmingPart(Column<long> owner, Column<long> token, Column<long> dueAt, Column<string> target, Column<string> name)
        : base(owner, token, dueAt, target, name) => (Owner, Token, DueAt, Target, Name) = (owner, token, dueAt, target, name);

    public override bool IsEmpty => Token.Count == 0;

    public override string Sql => """
        armed AS (
            INSERT INTO groupcommit_schedules (service_id, target, name, token, due_at, attempts)
            SELECT @service, target, name, token, due_at, 0
            FROM unnest(@armed_owner, @armed_token, @armed_due_at, @armed_target, @armed_name) AS a (owner, token, due_at, target, name)
            WHERE owner IN (SELECT ord FROM done) AND (SELECT count(*) FROM messages) >= 0
            ORDER BY target, name
            ON CONFLICT (service_id, target, name) DO UPDATE
            SET token = excluded.token, due_at = excluded.due_at, attempts = 0, claimed_by = 0, claimed_until = 0
        )
        """;
}

/// <summary>Messages that states which were stored do not want any more.</summary>
/// <remarks>
/// These and the following are found by what they say, not by where they lie: another session may move a row between this statement's snapshot and its
/// turn, and the server then looks again whether the row is still meant.
/// </remarks>
internal sealed class DisarmingPart : CommitPart
{
    public readonly Column<long> Owner;
    public readonly Column<string> Target, Name;

    public DisarmingPart() : this(new("disarmed_owner", NpgsqlDbType.Bigint), new("disarmed_target", NpgsqlDbType.Text), new("disarmed_name", NpgsqlDbType.Text))
    {
    }

    private DisarmingPart(Column<long> owner, Column<string> target, Column<string> name) : base(owner, target, name) =>
        (Owner, Target, Name) = (owner, target, name);

    public override bool IsEmpty => Owner.Count == 0;

    public override string Sql => """
        disarmed AS (
            DELETE FROM groupcommit_schedules
            WHERE (SELECT count(*) FROM messages) >= 0 AND service_id = @service AND target = ANY (@disarmed_target)
              AND length(target) || ':' || target || name = ANY (ARRAY(
                  SELECT length(d.target) || ':' || d.target || d.name
                  FROM unnest(@disarmed_owner, @disarmed_target, @disarmed_name) AS d (owner, target, name)
                  WHERE owner IN (SELECT ord FROM done)))
        )
        """;
}

/// <summary>Messages that are dealt with, if they were not armed anew.</summary>
internal sealed class SettlingPart : CommitPart
{
    public readonly Column<long> Token;
    public readonly Column<string> Target;

    public SettlingPart() : this(new("settled_token", NpgsqlDbType.Bigint), new("settled_target", NpgsqlDbType.Text))
    {
    }

    private SettlingPart(Column<long> token, Column<string> target) : base(token, target) => (Token, Target) = (token, target);

    public override bool IsEmpty => Token.Count == 0;

    // Tokens are never used twice: one says which message it is, and which arming.
    public override string Sql => """
        settled AS (
            DELETE FROM groupcommit_schedules
            WHERE (SELECT count(*) FROM messages) >= 0 AND service_id = @service AND target = ANY (@settled_target) AND token = ANY (@settled_token)
            RETURNING token
        )
        """;

    public override string Result => $"SELECT {CommitResult.Settled}::smallint, token FROM settled";
}

/// <summary>Messages that come again later, if they were not armed anew.</summary>
internal sealed class MovingPart : CommitPart
{
    public readonly Column<long> Token, NewToken, DueAt;
    public readonly Column<int> Attempts;
    public readonly Column<string> Target;

    public MovingPart() : this(
        new("moved_token", NpgsqlDbType.Bigint), new("moved_new_token", NpgsqlDbType.Bigint), new("moved_due_at", NpgsqlDbType.Bigint),
        new("moved_attempts", NpgsqlDbType.Integer), new("moved_target", NpgsqlDbType.Text))
    {
    }

    private MovingPart(
        Column<long> token, Column<long> newToken, Column<long> dueAt, Column<int> attempts, Column<string> target)
        : base(token, newToken, dueAt, attempts, target) =>
        (Token, NewToken, DueAt, Attempts, Target) = (token, newToken, dueAt, attempts, target);

    public override bool IsEmpty => Token.Count == 0;

    public override string Sql => """
        moved AS (
            UPDATE groupcommit_schedules AS s
            SET claimed_by = 0, claimed_until = 0, (token, due_at, attempts) = (
                SELECT new_token, due_at, attempts
                FROM unnest(@moved_token, @moved_new_token, @moved_due_at, @moved_attempts) AS m (token, new_token, due_at, attempts)
                WHERE m.token = s.token)
            WHERE (SELECT count(*) FROM messages) >= 0 AND service_id = @service AND target = ANY (@moved_target) AND token = ANY (@moved_token)
            RETURNING token
        )
        """;

    // The new token says which one it was.
    public override string Result => $"SELECT {CommitResult.Settled}::smallint, token FROM moved";
}
