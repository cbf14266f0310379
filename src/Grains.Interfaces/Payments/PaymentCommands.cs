using Shop.Values;

namespace Shop.Payments;

/// <param name="Key"><c>orderId:auth:n</c>, n the attempt from 1.</param>
/// <param name="Method">What the customer pays with: a token of the gateway's.</param>
[GenerateSerializer, Immutable, Alias("shop.authorize-payment.v1")]
public sealed record AuthorizePayment(
    [property: Id(0)] string Key,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string Method,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.authorize-result")]
public abstract record AuthorizeResult
{
    private AuthorizeResult() { }

    [GenerateSerializer, Immutable, Alias("shop.authorize.authorized")]
    public sealed record Authorized : AuthorizeResult;

    [GenerateSerializer, Immutable, Alias("shop.authorize.declined")]
    public sealed record Declined([property: Id(0)] string Code) : AuthorizeResult;

    /// <summary>A void came first: nothing is and never will be authorized under this key.</summary>
    [GenerateSerializer, Immutable, Alias("shop.authorize.voided")]
    public sealed record Voided : AuthorizeResult;

    /// <summary>The gateway did not answer in time or failed: it may or may not have authorized.</summary>
    [GenerateSerializer, Immutable, Alias("shop.authorize.unknown")]
    public sealed record Unknown([property: Id(0)] string Why) : AuthorizeResult;
}

/// <param name="Key"><c>orderId:capture:n</c>.</param>
[GenerateSerializer, Immutable, Alias("shop.capture-payment.v1")]
public sealed record CapturePayment(
    [property: Id(0)] string Key,
    [property: Id(1)] string AuthorizationKey,
    [property: Id(2)] Money Amount,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.capture-result")]
public abstract record CaptureResult
{
    private CaptureResult() { }

    [GenerateSerializer, Immutable, Alias("shop.capture.captured")]
    public sealed record Captured : CaptureResult;

    /// <summary>Definitely not captured, and never will be under this key.</summary>
    [GenerateSerializer, Immutable, Alias("shop.capture.failed")]
    public sealed record Failed([property: Id(0)] string Code) : CaptureResult;

    [GenerateSerializer, Immutable, Alias("shop.capture.unknown")]
    public sealed record Unknown([property: Id(0)] string Why) : CaptureResult;
}

/// <param name="AuthorizationKey">Names what is ended; a void needs no key of its own.</param>
/// <param name="Amount">What would have been authorized: its currency names the books.</param>
[GenerateSerializer, Immutable, Alias("shop.void-payment.v1")]
public sealed record VoidPayment(
    [property: Id(0)] string AuthorizationKey,
    [property: Id(1)] Money Amount,
    [property: Id(2)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.void-result")]
public abstract record VoidResult
{
    private VoidResult() { }

    /// <summary>Nothing is authorized under the key, now and for ever.</summary>
    [GenerateSerializer, Immutable, Alias("shop.void.voided")]
    public sealed record Voided : VoidResult;

    /// <summary>The authorization was captured: refund it instead.</summary>
    [GenerateSerializer, Immutable, Alias("shop.void.captured")]
    public sealed record AlreadyCaptured([property: Id(0)] string CaptureKey) : VoidResult;

    [GenerateSerializer, Immutable, Alias("shop.void.unknown")]
    public sealed record Unknown([property: Id(0)] string Why) : VoidResult;
}

/// <param name="Key"><c>orderId:refund:n</c>.</param>
[GenerateSerializer, Immutable, Alias("shop.refund-payment.v1")]
public sealed record RefundPayment(
    [property: Id(0)] string Key,
    [property: Id(1)] string CaptureKey,
    [property: Id(2)] Money Amount,
    [property: Id(3)] TraceContext Trace);

[GenerateSerializer, Immutable, Alias("shop.refund-result")]
public abstract record RefundResult
{
    private RefundResult() { }

    [GenerateSerializer, Immutable, Alias("shop.refund.refunded")]
    public sealed record Refunded : RefundResult;

    /// <summary>The gateway refuses: nothing captured under that key, or more than captured.</summary>
    [GenerateSerializer, Immutable, Alias("shop.refund.failed")]
    public sealed record Failed([property: Id(0)] string Code) : RefundResult;

    [GenerateSerializer, Immutable, Alias("shop.refund.unknown")]
    public sealed record Unknown([property: Id(0)] string Why) : RefundResult;
}

/// <param name="Key">Of an authorization or a capture.</param>
/// <param name="AuthorizationKey">Of a capture: the authorization it takes money from, which is where the gateway finds it. Null for an authorization.</param>
[GenerateSerializer, Immutable, Alias("shop.lookup-payment.v1")]
public sealed record LookupPayment(
    [property: Id(0)] string Key,
    [property: Id(1)] TraceContext Trace,
    [property: Id(2)] string? AuthorizationKey = null);

[GenerateSerializer, Immutable, Alias("shop.lookup-result")]
public abstract record LookupResult
{
    private LookupResult() { }

    [GenerateSerializer, Immutable, Alias("shop.lookup.authorized")]
    public sealed record Authorized : LookupResult;

    [GenerateSerializer, Immutable, Alias("shop.lookup.declined")]
    public sealed record Declined([property: Id(0)] string Code) : LookupResult;

    [GenerateSerializer, Immutable, Alias("shop.lookup.voided")]
    public sealed record Voided : LookupResult;

    [GenerateSerializer, Immutable, Alias("shop.lookup.captured")]
    public sealed record Captured : LookupResult;

    [GenerateSerializer, Immutable, Alias("shop.lookup.capture-failed")]
    public sealed record CaptureFailed([property: Id(0)] string Code) : LookupResult;

    /// <summary>The gateway knows nothing under that key: it is safe to send the same key again.</summary>
    [GenerateSerializer, Immutable, Alias("shop.lookup.not-found")]
    public sealed record NotFound : LookupResult;

    [GenerateSerializer, Immutable, Alias("shop.lookup.unknown")]
    public sealed record Unknown([property: Id(0)] string Why) : LookupResult;
}
