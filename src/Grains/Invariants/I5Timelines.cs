using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Events;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Invariants;

/// <summary>I5: every saga's timeline in itself, and against the events that were logged of its order.</summary>
internal sealed class I5Timelines() : Invariant("I5", "timelines: facts 1..n without gaps, folding them gives the status, and they are what was kept of them")
{
    public void CheckTimeline(string key, SagaState saga)
    {
        var status = OrderStatus.Placed;
        var expected = 2L;
        Next();
        foreach (var entry in saga.Timeline)
        {
            Expect(entry.Sequence == expected, $"{key}: fact {entry.Sequence} where {expected} belongs");
            status = OrderStatusOf.After(status, entry.Fact);
            expected++;
        }

        Expect(status == saga.Status, $"{key}: its facts say {status}, its saga {saga.Status}");
    }

    /// <param name="key">Of the order.</param>
    /// <param name="placement">Its first event.</param>
    /// <param name="saga">With all others; null: it has not started.</param>
    /// <param name="kept">What was logged.</param>
    /// <param name="events">Looks whether all of it is there.</param>
    public void CheckEvents(string key, OrderPlacement placement, SagaState? saga, IReadOnlyList<DurableLogEntry<AuditedEvent>> kept, I6Events events)
    {
        var entity = AuditLog.Orders + key;
        var last = saga?.Sequence ?? 1;
        var complete = events.Compare(entity, kept, last, sequence => sequence == 1 ? placement.PlacedAt : saga!.Timeline[(int)sequence - 2].OccurredAt);
        var status = OrderStatus.Placed;
        foreach (var (_, sequence, happened) in kept)
        {
            if (sequence < 1 || sequence > last)
                continue;
            var same = sequence == 1
                ? happened.OccurredAt == placement.PlacedAt && happened.Fact is OrderPlaced placed && CommittedFacts.IsSame(placed.Placement, placement)
                : happened.OccurredAt == saga!.Timeline[(int)sequence - 2].OccurredAt && happened.Fact.Equals(saga.Timeline[(int)sequence - 2].Fact);
            Expect(same, $"{entity}/{sequence}: was {happened.Fact} at {happened.OccurredAt} as it was kept, and is not that on its timeline");
            if (happened.Fact is IOrderFact fact)
                status = OrderStatusOf.After(status, fact);
        }

        var told = saga?.Status ?? OrderStatus.Placed;
        Expect(!complete || status == told, $"{key}: its events as they were kept say {status}, its saga {told}");
    }
}
