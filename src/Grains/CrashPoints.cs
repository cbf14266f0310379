using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Sagas;

namespace Shop;

/// <summary>
/// Where a crash leaves an order half done, in the order of its life. What is durable at each, and what brings the order to its end, is in
/// docs/crash-points.md; that it does is specified for each in tests/Chaos.
/// </summary>
public static class CrashPoints
{
    internal static readonly CrashPoint OrderPlaced = new("order-placed/not-answered");
    internal static readonly CrashPoint OrderEventArrived = new("order-event-arrived/saga-not-started");
    internal static readonly CrashPoint ReserveNotSent = new("saga-started/reserve-not-sent");
    internal static readonly CrashPoint LineHeld = new("line-held/saga-does-not-know");

    internal static readonly CrashPoint AuthorizationNotSent = new("all-held/authorization-not-sent");
    internal static readonly CrashPoint GatewayAuthorized = new("gateway-authorized/books-not-written");
    internal static readonly CrashPoint DeclineBooked = new("decline-booked/saga-does-not-know");
    internal static readonly CrashPoint DeclineStored = new("decline-stored/customer-not-told");
    internal static readonly CrashPoint AuthorizationNotLookedUp = new("authorization-unknown/not-looked-up");

    internal static readonly CrashPoint CaptureNotSent = new("pivot-stored/capture-not-sent");
    internal static readonly CrashPoint GatewayCaptured = new("gateway-captured/books-not-written");
    internal static readonly CrashPoint CaptureBooked = new("capture-booked/saga-does-not-know");
    internal static readonly CrashPoint CaptureFailureBooked = new("capture-failure-booked/saga-does-not-know");
    internal static readonly CrashPoint CaptureNotLookedUp = new("capture-unknown/not-looked-up");
    internal static readonly CrashPoint Confirmed = new("confirmed/nobody-told");

    internal static readonly CrashPoint ShipNotSent = new("fulfilment-stored/ship-not-sent");
    internal static readonly CrashPoint LineShipped = new("line-shipped/saga-does-not-know");
    internal static readonly CrashPoint Completed = new("completed/nobody-told");

    internal static readonly CrashPoint ReleaseNotSent = new("compensation-stored/release-not-sent");
    internal static readonly CrashPoint LineReleased = new("line-released/saga-does-not-know");
    internal static readonly CrashPoint VoidNotSent = new("compensation-stored/void-not-sent");
    internal static readonly CrashPoint GatewayVoided = new("gateway-voided/books-not-written");
    internal static readonly CrashPoint VoidBooked = new("void-booked/saga-does-not-know");
    internal static readonly CrashPoint RefundNotSent = new("compensation-stored/refund-not-sent");
    internal static readonly CrashPoint GatewayRefunded = new("gateway-refunded/books-not-written");
    internal static readonly CrashPoint RefundBooked = new("refund-booked/saga-does-not-know");
    internal static readonly CrashPoint Undone = new("undone/nobody-told");

    internal static readonly CrashPoint RequestDecided = new("request-decided/not-answered");
    internal static readonly CrashPoint StockAdjusted = new("stock-adjusted/not-answered");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CrashPoint> All => CrashPoint.AllOf(typeof(CrashPoints));

    /// <summary>The saga has decided, durably where it must, and has not sent what follows.</summary>
    internal static CrashPoint? NotSent(SagaCommand command) => command switch
    {
        SagaCommand.Reserve => ReserveNotSent,
        SagaCommand.Authorize => AuthorizationNotSent,
        SagaCommand.LookupAuthorization => AuthorizationNotLookedUp,
        SagaCommand.Capture => CaptureNotSent,
        SagaCommand.LookupCapture => CaptureNotLookedUp,
        SagaCommand.Ship => ShipNotSent,
        SagaCommand.Release => ReleaseNotSent,
        SagaCommand.Void => VoidNotSent,
        SagaCommand.Refund => RefundNotSent,
        _ => null,
    };

    /// <summary>The saga has stored a step, and nobody has heard of it. Steps that end in commands have their points there.</summary>
    internal static CrashPoint? Stored(SagaStep step) => step switch
    {
        SagaStep.AwaitingPayment => DeclineStored,
        SagaStep.Confirmed => Confirmed,
        SagaStep.Completed => Completed,
        SagaStep.Cancelled or SagaStep.Rejected => Undone,
        _ => null,
    };

    /// <summary>The payment's books have what the gateway did, and the saga has not.</summary>
    internal static CrashPoint? Booked(IPaymentFact fact) => fact switch
    {
        PaymentDeclined => DeclineBooked,
        PaymentCaptured => CaptureBooked,
        PaymentCaptureFailed => CaptureFailureBooked,
        PaymentVoided => VoidBooked,
        PaymentRefunded => RefundBooked,
        _ => null,
    };
}
