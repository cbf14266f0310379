using Shop.Payments;
using Shop.Sagas;

namespace Shop.Operations;

/// <summary>I3: the payment's operations in themselves, against the order's end, and against the gateway's own ledger.</summary>
internal static class PaymentBooks
{
    /// <summary>Whether no payment call can be under way: only then do two books that are written one after the other agree.</summary>
    public static bool IsSettled(SagaState saga) =>
        saga is { IsFinal: true, DueAt: null } || saga.Step is SagaStep.Confirmed or SagaStep.Fulfilling or SagaStep.AwaitingPayment;

    public static void CheckOperations(Findings findings, string key, PaymentState payment)
    {
        findings.Next();
        foreach (var operation in payment.Operations)
        {
            var (taken, by) = operation.Kind switch
            {
                PaymentOperationKind.Authorize => (payment.Sum(PaymentOperationKind.Capture, operation.Key), "captured"),
                PaymentOperationKind.Capture => (payment.Sum(PaymentOperationKind.Refund, operation.Key), "refunded"),
                _ => (0L, ""),
            };
            var limit = operation.Outcome == PaymentOutcome.Succeeded ? operation.Amount.Amount : 0;
            findings.Expect(taken <= limit, $"{key}: {taken} {by} of {operation}");
            if (operation is { Kind: PaymentOperationKind.Capture, Outcome: PaymentOutcome.Succeeded })
                findings.Expect(payment.Authorization(operation.RelatedKey!) is { Outcome: PaymentOutcome.Succeeded }, $"{key}: nothing was authorized for {operation}");
        }
    }

    public static void CheckEnd(Findings findings, string key, SagaState saga, PaymentState payment)
    {
        if (!IsSettled(saga))
            return;

        long net = 0, open = 0;
        foreach (var operation in payment.Operations)
        {
            if (operation is { Kind: PaymentOperationKind.Capture, Outcome: PaymentOutcome.Succeeded })
                net += operation.Amount.Amount - payment.Sum(PaymentOperationKind.Refund, operation.Key);
            if (operation is { Kind: PaymentOperationKind.Authorize, Outcome: PaymentOutcome.Succeeded })
                open += operation.Amount.Amount - payment.Sum(PaymentOperationKind.Capture, operation.Key);
        }

        var owed = saga.Step is SagaStep.Confirmed or SagaStep.Fulfilling or SagaStep.Completed ? saga.Placement.Total.Amount : 0;
        findings.Expect(net == owed, $"{key}: {saga.Step} with {net} charged instead of {owed}");
        findings.Expect(open == 0, $"{key}: {saga.Step} with {open} still authorized");
    }

    public static void CheckLedger(Findings findings, string authorizationKey, PaymentState payment, GatewayAccount? account)
    {
        var captured = payment.Sum(PaymentOperationKind.Capture, authorizationKey);
        var refunded = payment.CaptureOf(authorizationKey) is { } capture ? payment.Sum(PaymentOperationKind.Refund, capture.Key) : 0;
        var authorized = payment.Authorization(authorizationKey) is { Outcome: PaymentOutcome.Succeeded } a ? a.Amount.Amount - captured : 0;
        findings.Expect(
            (account?.StillAuthorized ?? 0, account?.Captured ?? 0, account?.Refunded ?? 0) == (authorized, captured, refunded),
            $"{authorizationKey}: open {authorized}, captured {captured}, refunded {refunded} in our books; at the gateway {account?.StillAuthorized ?? 0}, {account?.Captured ?? 0}, {account?.Refunded ?? 0}");
    }
}
