using Orleans.Persistence.GroupCommit;
using Shop.Audit;

namespace Shop.Invariants;

/// <summary>
/// I6: that what the log has of an entity is what has happened to it, 1 to n. Events of a release that did not log them itself come after the state: while the
/// shop is at work, one may be on its way, but not for minutes.
/// </summary>
internal sealed class I6Events(bool atRest, DateTimeOffset now) : Invariant(
    "I6", "events: none is set aside, every one was kept, and none that never happened; at rest, none is on its way")
{
    /// <summary>An event that is missing for longer does not come any more. (Or the database of the audit, or the broker, has been away for so long.)</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(2);

    public void CheckOutbox(OutboxDepth outbox)
    {
        Look(outbox.Quarantined == 0, $"{outbox.Quarantined} events are quarantined; {outbox.Waiting} are on their way");
        Expect(!atRest || outbox.Waiting == 0, $"{outbox.Waiting} events are on their way");
    }

    /// <summary>One more entity, whose events <see cref="IsOf"/> and <see cref="Missing"/> are asked about one by one.</summary>
    public void Begin() => Next();

    public void FindEventWithoutOrder(string entity, long sequence) =>
        Expect(false, $"{entity}/{sequence}: kept, but no such order was placed");

    /// <param name="entity">As events name it.</param>
    /// <param name="kept">Of this entity, in the order of their sequences.</param>
    /// <param name="last">The sequence of its newest event, as its state has it.</param>
    /// <param name="happenedAt">When the event of this sequence happened; null: its state does not say.</param>
    /// <returns>Whether all of 1 to <paramref name="last"/> were kept.</returns>
    public bool Compare(string entity, IReadOnlyList<DurableLogEntry<AuditedEvent>> kept, long last, Func<long, DateTimeOffset?> happenedAt)
    {
        Next();
        var next = 1L;
        var complete = true;
        foreach (var entry in kept)
        {
            if (!IsOf(entity, entry.Sequence, last))
                continue;
            for (; next < entry.Sequence; next++)
                complete = Missing(entity, next, happenedAt(next) ?? entry.Value.OccurredAt);
            next = entry.Sequence + 1;
        }

        for (; next <= last; next++)
            complete = Missing(entity, next, happenedAt(next));
        return complete;
    }

    /// <summary>Whether the entity can have such an event: otherwise nobody can have published it.</summary>
    public bool IsOf(string entity, long sequence, long last)
    {
        var possible = sequence >= 1 && sequence <= last;
        Expect(possible, $"{entity}/{sequence}: kept, but {last} events are all that happened to it");
        return possible;
    }

    /// <param name="entity">As events name it.</param>
    /// <param name="sequence">Of the event.</param>
    /// <param name="happenedAt">When it happened, at the latest; null: nobody knows.</param>
    /// <returns>False, always.</returns>
    public bool Missing(string entity, long sequence, DateTimeOffset? happenedAt)
    {
        Expect(!atRest && !(happenedAt + Tolerated < now), $"{entity}/{sequence}: happened, and was not kept");
        return false;
    }
}
