using Shop.Values;

namespace Shop.Gateway;

/// <summary>
/// The port to whoever moves the money. Every operation has an idempotency key: repeating it gives the first outcome and never
/// a second effect. Thread-safe.
/// </summary>
/// <remarks>
/// An answer is definite. Everything else (a timeout, a cancellation, an exception) means that the operation may or may not
/// have happened: look it up, or send the same key again.
/// </remarks>
public interface IPaymentGateway
{
    /// <summary>Sets an amount aside on what the customer pays with.</summary>
    Task<GatewayAuthorization> Authorize(string key, Money amount, string method, CancellationToken cancellationToken);

    /// <summary>Takes money that was authorized; never more than that in all.</summary>
    Task<GatewayCapture> Capture(string authorizationKey, string key, Money amount, CancellationToken cancellationToken);

    /// <summary>
    /// Ends an authorization. A key that was never seen is ended too: an Authorize that comes later under it finds itself voided.
    /// </summary>
    /// <param name="authorizationKey">Names what is ended.</param>
    /// <param name="amount">What would have been authorized; names the currency when nothing was.</param>
    /// <param name="cancellationToken">Gives up waiting, not the operation.</param>
    Task<GatewayVoid> Void(string authorizationKey, Money amount, CancellationToken cancellationToken);

    /// <summary>Gives captured money back; never more than that in all.</summary>
    Task<GatewayRefund> Refund(string authorizationKey, string captureKey, string key, Money amount, CancellationToken cancellationToken);

    /// <summary>What became of an authorization.</summary>
    Task<GatewayAuthorization> LookupAuthorization(string key, CancellationToken cancellationToken);

    /// <summary>What became of a capture.</summary>
    Task<GatewayCapture> LookupCapture(string authorizationKey, string key, CancellationToken cancellationToken);
}

/// <summary>The gateway failed, and it may or may not have done what it was asked: what a 5xx is over HTTP.</summary>
public sealed class GatewayUnavailableException : Exception
{
    public GatewayUnavailableException() { }

    public GatewayUnavailableException(string message) : base(message) { }

    public GatewayUnavailableException(string message, Exception inner) : base(message, inner) { }
}
