using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using Shop.Sagas;

namespace Shop.Invariants;

/// <summary>I3: the payment's operations in themselves, against the order's end, against the gateway's own ledger, and against its events.</summary>
internal sealed class I3Money() : Invariant(
    "I3", "money: refunded ≤ captured ≤ authorized, what an order ended with is what was charged, one operation per key, and the gateway and the events agree")
{
    /// <summary>Whether no payment call can be under way: only then do two books that are written one after the other agree.</summary>
    public static bool IsSettled(SagaState saga) =>
        saga is { IsFinal: true, DueAt: null } || saga.Step is SagaStep.Confirmed or SagaStep.Fulfilling or SagaStep.AwaitingPayment;

    /// <param name="key">Of the order.</param>
    /// <param name="saga">Null: it has not started.</param>
    /// <param name="payment">As its grain has it.</param>
    /// <param name="accounts">The gateway's, by the keys of authorizations.</param>
    public void CheckOrder(string key, SagaState? saga, PaymentState payment, IReadOnlyDictionary<string, GatewayAccount> accounts)
    {
        CheckOperations(key, payment);
        if (saga is null || !IsSettled(saga))
            return;
        CheckEnd(key, saga, payment);
        foreach (var attempt in saga.Attempts)
        {
            var authorization = PaymentKeys.Authorization(saga.Placement.OrderId, attempt.Number);
            CheckLedger(authorization, payment, accounts.GetValueOrDefault(authorization));
        }
    }

    public void FindUnaskedAccount(string key, GatewayAccount account) =>
        Look(false, $"{key}: {account.Status} at the gateway, but no order has asked for it");

    /// <param name="key">Of the order.</param>
    /// <param name="saga">Whose payment it is.</param>
    /// <param name="payment">As its grain has it.</param>
    /// <param name="kept">Its events.</param>
    /// <param name="events">Looks whether all of them are there.</param>
    public void CheckEvents(string key, SagaState? saga, PaymentState payment, IReadOnlyList<DurableLogEntry<AuditedEvent>> kept, I6Events events)
    {
        var entity = AuditLog.Payments + key;
        // A payment does not say when. What it did for a saga that has settled since happened before that.
        DateTimeOffset? settledAt = saga is { Timeline: [.., var newest] } && IsSettled(saga) ? newest.OccurredAt : null;
        var complete = events.Compare(entity, kept, payment.Sequence, _ => settledAt);
        var told = PaymentState.Empty;
        for (var i = 0; i < kept.Count; i++)
        {
            var (_, sequence, happened) = kept[i];
            if (sequence < 1 || sequence > payment.Sequence)
                continue;
            if (happened.Fact is not IPaymentFact fact)
            {
                Expect(false, $"{entity}/{sequence}: {happened.Fact} is nothing that happens to a payment");
                continue;
            }

            told = told.Evolve(fact);
            for (var j = 0; j < i; j++)
                Expect(!IsSameOperation(kept[j].Value.Fact, fact), $"{entity}/{sequence}: {fact} is a second outcome of {fact.Key}, beside {kept[j].Value.Fact}");
        }

        Expect(
            !complete || told.Operations.AsSpan().SequenceEqual(payment.Operations.AsSpan()),
            $"{key}: its payment's events as they were kept lead to {told.Operations.Length} operations that are not its {payment.Operations.Length}");
    }

    private void CheckOperations(string key, PaymentState payment)
    {
        Next();
        foreach (var operation in payment.Operations)
        {
            var (taken, by) = operation.Kind switch
            {
                PaymentOperationKind.Authorize => (payment.Sum(PaymentOperationKind.Capture, operation.Key), "captured"),
                PaymentOperationKind.Capture => (payment.Sum(PaymentOperationKind.Refund, operation.Key), "refunded"),
                _ => (0L, ""),
            };
            var limit = operation.Outcome == PaymentOutcome.Succeeded ? operation.Amount.Amount : 0;
            Expect(taken <= limit, $"{key}: {taken} {by} of {operation}");
            if (operation is { Kind: PaymentOperationKind.Capture, Outcome: PaymentOutcome.Succeeded })
                Expect(payment.Authorization(operation.RelatedKey!) is { Outcome: PaymentOutcome.Succeeded }, $"{key}: nothing was authorized for {operation}");
        }
    }

    private void CheckEnd(string key, SagaState saga, PaymentState payment)
    {
        long net = 0, open = 0;
        foreach (var operation in payment.Operations)
        {
            if (operation is { Kind: PaymentOperationKind.Capture, Outcome: PaymentOutcome.Succeeded })
                net += operation.Amount.Amount - payment.Sum(PaymentOperationKind.Refund, operation.Key);
            if (operation is { Kind: PaymentOperationKind.Authorize, Outcome: PaymentOutcome.Succeeded })
                open += operation.Amount.Amount - payment.Sum(PaymentOperationKind.Capture, operation.Key);
        }

        var owed = saga.Step is SagaStep.Confirmed or SagaStep.Fulfilling or SagaStep.Completed ? saga.Placement.Total.Amount : 0;
        Expect(net == owed, $"{key}: {saga.Step} with {net} charged instead of {owed}");
        Expect(open == 0, $"{key}: {saga.Step} with {open} still authorized");
    }

    private void CheckLedger(string authorizationKey, PaymentState payment, GatewayAccount? account)
    {
        var captured = payment.Sum(PaymentOperationKind.Capture, authorizationKey);
        var refunded = payment.CaptureOf(authorizationKey) is { } capture ? payment.Sum(PaymentOperationKind.Refund, capture.Key) : 0;
        var authorized = payment.Authorization(authorizationKey) is { Outcome: PaymentOutcome.Succeeded } a ? a.Amount.Amount - captured : 0;
        Expect(
            (account?.StillAuthorized ?? 0, account?.Captured ?? 0, account?.Refunded ?? 0) == (authorized, captured, refunded),
            $"{authorizationKey}: open {authorized}, captured {captured}, refunded {refunded} in our books; at the gateway {account?.StillAuthorized ?? 0}, {account?.Captured ?? 0}, {account?.Refunded ?? 0}");
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
