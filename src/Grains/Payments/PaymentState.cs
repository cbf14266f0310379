using System.Collections.Immutable;
using Shop.Events;

namespace Shop.Payments;

/// <summary>Every operation of one order's payment that has an outcome.</summary>
[GenerateSerializer, Immutable, Alias("shop.payment-state.v1")]
internal sealed record PaymentState
{
    public static readonly PaymentState Empty = new();

    /// <summary>Of the last fact.</summary>
    [Id(0)] public long Sequence { get; init; }

    /// <summary>Bounded by the saga's attempts: an authorization, a capture and a refund for each payment method tried.</summary>
    [Id(1)] public ImmutableArray<PaymentOperation> Operations { get; init; } = [];

    public PaymentOperation? Authorization(string key) => Find(PaymentOperationKind.Authorize, key);

    public PaymentOperation? Capture(string key) => Find(PaymentOperationKind.Capture, key);

    public PaymentOperation? Refund(string key) => Find(PaymentOperationKind.Refund, key);

    /// <summary>The first capture that took money from this authorization.</summary>
    public PaymentOperation? CaptureOf(string authorizationKey)
    {
        foreach (var operation in Operations)
        {
            if (operation is { Kind: PaymentOperationKind.Capture, Outcome: PaymentOutcome.Succeeded } && operation.RelatedKey == authorizationKey)
                return operation;
        }

        return null;
    }

    /// <summary>Minor units: all that operations of this kind have done to the operation they relate to.</summary>
    public long Sum(PaymentOperationKind kind, string relatedKey)
    {
        var sum = 0L;
        foreach (var operation in Operations)
        {
            if (operation.Kind == kind && operation.Outcome == PaymentOutcome.Succeeded && operation.RelatedKey == relatedKey)
                sum += operation.Amount.Amount;
        }

        return sum;
    }

    public PaymentState Evolve(IPaymentFact fact) => this with
    {
        Sequence = Sequence + 1,
        Operations = fact switch
        {
            PaymentAuthorized f => With(Authorization(f.Key), new(f.Key, PaymentOperationKind.Authorize, PaymentOutcome.Succeeded, f.Amount, null, null)),
            PaymentDeclined f => With(Authorization(f.Key), new(f.Key, PaymentOperationKind.Authorize, PaymentOutcome.Refused, f.Amount, null, f.Code)),
            PaymentVoided f => With(Authorization(f.Key), new(f.Key, PaymentOperationKind.Authorize, PaymentOutcome.Voided, f.Amount, null, null)),
            PaymentCaptured f => With(Capture(f.Key), new(f.Key, PaymentOperationKind.Capture, PaymentOutcome.Succeeded, f.Amount, f.AuthorizationKey, null)),
            PaymentCaptureFailed f => With(Capture(f.Key), new(f.Key, PaymentOperationKind.Capture, PaymentOutcome.Refused, f.Amount, f.AuthorizationKey, f.Code)),
            PaymentRefunded f => With(Refund(f.Key), new(f.Key, PaymentOperationKind.Refund, PaymentOutcome.Succeeded, f.Amount, f.CaptureKey, null)),
            _ => Operations,
        },
    };

    private ImmutableArray<PaymentOperation> With(PaymentOperation? before, PaymentOperation after) =>
        before is null ? Operations.Add(after) : Operations.Replace(before, after);

    private PaymentOperation? Find(PaymentOperationKind kind, string key)
    {
        foreach (var operation in Operations)
        {
            if (operation.Kind == kind && operation.Key == key)
                return operation;
        }

        return null;
    }
}
