using System.Collections.Immutable;
using Shop.Values;

namespace Shop.Payments;

[GenerateSerializer, Immutable, Alias("shop.payment-view.v1")]
public sealed record PaymentView([property: Id(0)] ImmutableArray<PaymentOperation> Operations);

/// <param name="RelatedKey">The authorization of a capture, the capture of a refund; null for an authorization.</param>
[GenerateSerializer, Immutable, Alias("shop.payment-operation.v1")]
public sealed record PaymentOperation(
    [property: Id(0)] string Key,
    [property: Id(1)] PaymentOperationKind Kind,
    [property: Id(2)] PaymentOutcome Outcome,
    [property: Id(3)] Money Amount,
    [property: Id(4)] string? RelatedKey,
    [property: Id(5)] string? Code);

public enum PaymentOperationKind
{
    Authorize = 1,
    Capture = 2,
    Refund = 3,
}

public enum PaymentOutcome
{
    Succeeded = 1,
    Refused = 2,

    /// <summary>Of an authorization only: it was ended, or a void came before it.</summary>
    Voided = 3,
}
