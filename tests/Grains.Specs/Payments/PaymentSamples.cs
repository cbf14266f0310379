using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using Shop.Values;

namespace Grains.Specs.Payments;

internal static class PaymentSamples
{
    public const string Order = "6f1c2f9e-8a53-5b0e-9a55-0f5d3a1b2c3d";
    public const string Auth = Order + ":auth:1";
    public const string Capture = Order + ":capture:1";
    public const string Refund = Order + ":refund:1";

    public static readonly TraceContext Trace = new("c-1");
    public static readonly Money Hundred = Euro(100);

    public static readonly AuthorizePayment Authorize = new(Auth, Hundred, "tok_ok", Trace);
    public static readonly CapturePayment CaptureAll = new(Capture, Auth, Hundred, Trace);
    public static readonly VoidPayment VoidIt = new(Auth, Hundred, Trace);
    public static readonly RefundPayment RefundAll = new(Refund, Capture, Hundred, Trace);

    public static readonly PaymentState Authorized = PaymentState.Empty.Evolve(new PaymentAuthorized(Auth, Hundred));
    public static readonly PaymentState Declined = PaymentState.Empty.Evolve(new PaymentDeclined(Auth, "card_declined", Hundred));
    public static readonly PaymentState Voided = Authorized.Evolve(new PaymentVoided(Auth, Hundred));
    public static readonly PaymentState Captured = Authorized.Evolve(new PaymentCaptured(Capture, Auth, Hundred));
    public static readonly PaymentState CaptureFailed = Authorized.Evolve(new PaymentCaptureFailed(Capture, "capture_refused", Auth, Hundred));
    public static readonly PaymentState Refunded = Captured.Evolve(new PaymentRefunded(Refund, Capture, Hundred));

    public static Money Euro(long amount) => new(amount, "EUR");

    public static GatewayReply<GatewayAuthorization> Reply(GatewayAuthorization answer) => GatewayReply<GatewayAuthorization>.Of(answer);

    public static GatewayReply<GatewayCapture> Reply(GatewayCapture answer) => GatewayReply<GatewayCapture>.Of(answer);

    public static GatewayReply<GatewayVoid> Reply(GatewayVoid answer) => GatewayReply<GatewayVoid>.Of(answer);

    public static GatewayReply<GatewayRefund> Reply(GatewayRefund answer) => GatewayReply<GatewayRefund>.Of(answer);

    public static GatewayReply<TAnswer> Nothing<TAnswer>() where TAnswer : class => GatewayReply<TAnswer>.Unknown("no answer");
}
