using Microsoft.Extensions.Logging;
using Shop.Gateway;

namespace Shop.Payments;

/// <summary>Asks the gateway for one payment grain: within a limit, each operation once at a time, and never with an exception.</summary>
internal sealed partial class GatewayCaller(IPaymentGateway gateway, TimeProvider clock, TimeSpan limit, ILogger logger)
{
    private readonly CallsInFlight<GatewayReply<GatewayAuthorization>> authorizations = new();
    private readonly CallsInFlight<GatewayReply<GatewayCapture>> captures = new();
    private readonly CallsInFlight<GatewayReply<GatewayVoid>> voids = new();
    private readonly CallsInFlight<GatewayReply<GatewayRefund>> refunds = new();

    private int asking;

    /// <summary>Whether no answer is outstanding.</summary>
    public bool Idle => asking == 0;

    public Task<GatewayReply<GatewayAuthorization>> Authorize(AuthorizePayment c) =>
        authorizations.Join(c.Key, () => Ask("authorize", c.Key, end => gateway.Authorize(c.Key, c.Amount, c.Method, end)));

    public Task<GatewayReply<GatewayCapture>> Capture(CapturePayment c) =>
        captures.Join(c.Key, () => Ask("capture", c.Key, end => gateway.Capture(c.AuthorizationKey, c.Key, c.Amount, end)));

    public Task<GatewayReply<GatewayVoid>> Void(VoidPayment c) =>
        voids.Join(c.AuthorizationKey, () => Ask("void", c.AuthorizationKey, end => gateway.Void(c.AuthorizationKey, c.Amount, end)));

    public Task<GatewayReply<GatewayRefund>> Refund(RefundPayment c, string authorizationKey) =>
        refunds.Join(c.Key, () => Ask("refund", c.Key, end => gateway.Refund(authorizationKey, c.CaptureKey, c.Key, c.Amount, end)));

    public Task<GatewayReply<GatewayAuthorization>> LookupAuthorization(string key) =>
        Ask("look up", key, end => gateway.LookupAuthorization(key, end));

    public Task<GatewayReply<GatewayCapture>> LookupCapture(string authorizationKey, string key) =>
        Ask("look up", key, end => gateway.LookupCapture(authorizationKey, key, end));

    private async Task<GatewayReply<TAnswer>> Ask<TAnswer>(string operation, string key, Func<CancellationToken, Task<TAnswer>> call)
        where TAnswer : class
    {
        using var end = new CancellationTokenSource(limit, clock);
        asking++;
        try
        {
            // Also when the gateway's client does not listen to the token: a hung call must not hang the payment.
            return GatewayReply<TAnswer>.Of(await call(end.Token).WaitAsync(end.Token));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            LogTimeout(operation, key, limit);
            return GatewayReply<TAnswer>.Unknown("The payment gateway did not answer in time.");
        }
        catch (Exception exception)
        {
            // Whatever it was, the gateway may have done it: that is what "unknown" stands for.
            LogFault(exception, operation, key);
            return GatewayReply<TAnswer>.Unknown("The payment gateway failed.");
        }
        finally
        {
            asking--;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The gateway did not {Operation} {Key} within {Limit}: its outcome is unknown")]
    private partial void LogTimeout(string operation, string key, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Warning, "The gateway failed to {Operation} {Key}: its outcome is unknown")]
    private partial void LogFault(Exception exception, string operation, string key);
}
