using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Events;
using Shop.Orders;
using Shop.Payments;
using Shop.Sagas;

namespace Shop.Operations;

/// <summary>I5 and I3 over events: what the audit has kept of an order and of its payment, against what their grains have stored.</summary>
internal sealed class OrderStory(AuditBook audit, Findings timelines, Findings money)
{
    /// <param name="key">Of the order.</param>
    /// <param name="placement">Its first event.</param>
    /// <param name="saga">With all others; null: it has not started.</param>
    /// <param name="kept">What the audit has.</param>
    public void CheckOrder(string key, OrderPlacement placement, SagaState? saga, IReadOnlyList<DurableLogEntry<AuditedEvent>> kept)
    {
        var entity = AuditLog.Orders + key;
        var last = saga?.Sequence ?? 1;
        var complete = audit.Compare(entity, kept, last, sequence => sequence == 1 ? placement.PlacedAt : saga!.Timeline[(int)sequence - 2].OccurredAt);
        var status = OrderStatus.Placed;
        foreach (var (_, sequence, happened) in kept)
        {
            if (sequence < 1 || sequence > last)
                continue;
            var same = sequence == 1
                ? happened.OccurredAt == placement.PlacedAt && happened.Fact is OrderPlaced placed && CommittedFacts.IsSame(placed.Placement, placement)
                : happened.OccurredAt == saga!.Timeline[(int)sequence - 2].OccurredAt && happened.Fact.Equals(saga.Timeline[(int)sequence - 2].Fact);
            timelines.Expect(same, $"{entity}/{sequence}: was {happened.Fact} at {happened.OccurredAt} as it was kept, and is not that on its timeline");
            if (happened.Fact is IOrderFact fact)
                status = OrderStatusOf.After(status, fact);
        }

        var told = saga?.Status ?? OrderStatus.Placed;
        timelines.Expect(!complete || status == told, $"{key}: its events as they were kept say {status}, its saga {told}");
    }

    /// <param name="key">Of the order.</param>
    /// <param name="saga">Whose payment it is.</param>
    /// <param name="payment">As its grain has it.</param>
    /// <param name="kept">What the audit has.</param>
    public void CheckPayment(string key, SagaState? saga, PaymentState payment, IReadOnlyList<DurableLogEntry<AuditedEvent>> kept)
    {
        var entity = AuditLog.Payments + key;
        // A payment does not say when. What it did for a saga that has settled since happened before that.
        DateTimeOffset? settledAt = saga is { Timeline: [.., var newest] } && PaymentBooks.IsSettled(saga) ? newest.OccurredAt : null;
        var complete = audit.Compare(entity, kept, payment.Sequence, _ => settledAt);
        var told = PaymentState.Empty;
        for (var i = 0; i < kept.Count; i++)
        {
            var (_, sequence, happened) = kept[i];
            if (sequence < 1 || sequence > payment.Sequence)
                continue;
            if (happened.Fact is not IPaymentFact fact)
            {
                money.Expect(false, $"{entity}/{sequence}: {happened.Fact} is nothing that happens to a payment");
                continue;
            }

            told = told.Evolve(fact);
            for (var j = 0; j < i; j++)
                money.Expect(!IsSameOperation(kept[j].Value.Fact, fact), $"{entity}/{sequence}: {fact} is a second outcome of {fact.Key}, beside {kept[j].Value.Fact}");
        }

        money.Expect(
            !complete || told.Operations.AsSpan().SequenceEqual(payment.Operations.AsSpan()),
            $"{key}: its payment's events as they were kept lead to {told.Operations.Length} operations that are not its {payment.Operations.Length}");
    }

    /// <summary>A gateway does one thing under one key: authorizes or declines, captures or fails to, voids, refunds.</summary>
    private static bool IsSameOperation(IFact one, IPaymentFact other) => one is IPaymentFact earlier && earlier.Key == other.Key && Operation(earlier) == Operation(other);

    private static int Operation(IPaymentFact fact) => fact switch
    {
        PaymentAuthorized or PaymentDeclined => 1,
        PaymentCaptured or PaymentCaptureFailed => 2,
        PaymentVoided => 3,
        _ => 4,
    };
}
