using Shop.Values;

namespace Shop.Events;

/// <summary>What happens to one order's payment. Keys are the gateway's idempotency keys.</summary>
public interface IPaymentFact : IFact
{
    string Key { get; }
}

[GenerateSerializer, Immutable, Alias("shop.payment-authorized.v1")]
public sealed record PaymentAuthorized(
    [property: Id(0)] string Key,
    [property: Id(1)] Money Amount) : IPaymentFact;

/// <param name="Amount">What was asked for.</param>
[GenerateSerializer, Immutable, Alias("shop.payment-declined.v1")]
public sealed record PaymentDeclined(
    [property: Id(0)] string Key,
    [property: Id(1)] string Code,
    [property: Id(2)] Money Amount = default) : IPaymentFact;

/// <param name="AuthorizationKey">The authorization this capture took money from.</param>
[GenerateSerializer, Immutable, Alias("shop.payment-captured.v1")]
public sealed record PaymentCaptured(
    [property: Id(0)] string Key,
    [property: Id(1)] string AuthorizationKey,
    [property: Id(2)] Money Amount) : IPaymentFact;

/// <param name="AuthorizationKey">The authorization it was to take money from.</param>
/// <param name="Amount">What was asked for.</param>
[GenerateSerializer, Immutable, Alias("shop.payment-capture-failed.v1")]
public sealed record PaymentCaptureFailed(
    [property: Id(0)] string Key,
    [property: Id(1)] string Code,
    [property: Id(2)] string AuthorizationKey = "",
    [property: Id(3)] Money Amount = default) : IPaymentFact;

/// <param name="Key">The authorization's key: a void names what it ends.</param>
/// <param name="Amount">What had been authorized; zero when the void came first and only left a tombstone.</param>
[GenerateSerializer, Immutable, Alias("shop.payment-voided.v1")]
public sealed record PaymentVoided(
    [property: Id(0)] string Key,
    [property: Id(1)] Money Amount) : IPaymentFact;

[GenerateSerializer, Immutable, Alias("shop.payment-refunded.v1")]
public sealed record PaymentRefunded(
    [property: Id(0)] string Key,
    [property: Id(1)] string CaptureKey,
    [property: Id(2)] Money Amount) : IPaymentFact;
