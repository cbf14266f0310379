using Shop.Sagas;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

// The rows. First every step as it is entered (Refunding is Compensating with captured money), then what a step can have become meanwhile.
public sealed partial class The_table
{
    private const string Table = """
        Reserving
          LineHeld              → Reserving
          LineRefused           → Compensating: Release(1) Release(2) Void(1)
          LineEnded             → Compensating: Release(1) Release(2) Void(1)
          LineTooLate           → Reserving: Reserve(1) Reserve(2)
          EarlierTooLate        → Reserving: Reserve(1) Reserve(2)
          Due                   → Reserving: Reserve(1) Reserve(2)
          Resumed               → Reserving: Reserve(1) Reserve(2)
          Cancel                → Compensating: Release(1) Release(2) Void(1)  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → Reserving: Reserve(1) Reserve(2)  answers Retrying

        Authorizing
          Authorized            → Capturing: Capture(1)
          Declined              → AwaitingPayment
          AuthorizationUnknown  → AuthorizationUnknown
          AuthorizationNotFound → Authorizing: Authorize(1)
          Voided                → Compensating: Release(1) Release(2)
          Due                   → AuthorizationUnknown: LookupAuthorization(1)
          Resumed               → Authorizing: LookupAuthorization(1)
          Cancel                → Authorizing  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → Authorizing: LookupAuthorization(1)  answers Retrying

        AwaitingPayment
          Due                   → Compensating: Release(1) Release(2)
          Cancel                → Compensating: Release(1) Release(2)  answers CancelGranted
          Pay                   → Authorizing: Authorize(2)  answers PaymentAccepted
          Retry                 answers NothingToRetry

        AuthorizationUnknown
          Authorized            → Capturing: Capture(1)
          Declined              → AwaitingPayment
          AuthorizationNotFound → AuthorizationUnknown: Authorize(1)
          Voided                → Compensating: Release(1) Release(2)
          Due                   → AuthorizationUnknown: LookupAuthorization(1)
          Resumed               → AuthorizationUnknown: LookupAuthorization(1)
          Cancel                → Compensating: Release(1) Release(2) Void(1)  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → AuthorizationUnknown: LookupAuthorization(1)  answers Retrying

        Capturing
          Captured              → Confirmed
          CaptureFailed         → Compensating: Release(1) Release(2) Void(1)
          CaptureUnknown        → CaptureUnknown
          CaptureNotFound       → Capturing: Capture(1)
          Due                   → CaptureUnknown: LookupCapture(1)
          Resumed               → Capturing: LookupCapture(1)
          Cancel                → Capturing  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 → Capturing: LookupCapture(1)  answers Retrying

        CaptureUnknown
          Captured              → Confirmed
          CaptureFailed         → Compensating: Release(1) Release(2) Void(1)
          CaptureNotFound       → CaptureUnknown: Capture(1)
          Due                   → CaptureUnknown: LookupCapture(1)
          Resumed               → CaptureUnknown: LookupCapture(1)
          Cancel                → CaptureUnknown  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 → CaptureUnknown: LookupCapture(1)  answers Retrying

        Confirmed
          Due                   → Fulfilling: Ship(1) Ship(2)
          Cancel                → Compensating: Release(1) Release(2) Refund(1)  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Fulfilling
          LineShipped           → Fulfilling
          Due                   → Fulfilling: Ship(1) Ship(2)
          Resumed               → Fulfilling: Ship(1) Ship(2)
          Cancel                → Fulfilling  answers CancelTooLate
          Pay                   answers PaymentNotAwaited
          Retry                 → Fulfilling: Ship(1) Ship(2)  answers Retrying

        Completed
          Cancel                → Completed  answers CancelTooLate
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Compensating
          LineReleased          → Compensating
          Authorized            → Compensating: Void(1)
          Declined              → Compensating
          Captured              → Compensating: Refund(1)
          Voided                → Compensating
          Due                   → Compensating: Release(1) Release(2) Void(1)
          Resumed               → Compensating: Release(1) Release(2) Void(1)
          Cancel                → Compensating  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → Compensating: Release(1) Release(2) Void(1)  answers Retrying

        Refunding
          LineReleased          → Compensating
          Refunded              → Compensating
          RefundRefused         → Compensating
          Due                   → Compensating: Release(1) Release(2) Refund(1)
          Resumed               → Compensating: Release(1) Release(2) Refund(1)
          Cancel                → Compensating  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 → Compensating: Release(1) Release(2) Refund(1)  answers Retrying

        Cancelled
          Authorized            → Cancelled: Void(1)
          Captured              → Cancelled: Refund(1)
          Cancel                → Cancelled  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Rejected
          Authorized            → Rejected: Void(1)
          Captured              → Rejected: Refund(1)
          Cancel                → Rejected  answers CancelTooLate
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Reserving, this line held: as Reserving, but
          LineHeld              nothing
          LineRefused           nothing
          LineTooLate           nothing
          EarlierTooLate        nothing
          Due                   → Reserving: Reserve(2)
          Resumed               → Reserving: Reserve(2)
          Retry                 → Reserving: Reserve(2)  answers Retrying

        Reserving, the other line held: as Reserving, but
          LineHeld              → Authorizing: Authorize(1)
          LineTooLate           → Reserving: Reserve(1)
          EarlierTooLate        → Reserving: Reserve(1)
          Due                   → Reserving: Reserve(1)
          Resumed               → Reserving: Reserve(1)
          Retry                 → Reserving: Reserve(1)  answers Retrying

        Reserving, asked five times more: as Reserving, but
          LineTooLate           → Compensating: Release(1) Release(2) Void(1)
          Due                   → Compensating: Release(1) Release(2) Void(1)

        Authorizing, to be cancelled: as Authorizing, but
          Authorized            → Compensating: Release(1) Release(2) Void(1)
          Declined              → Compensating: Release(1) Release(2)
          AuthorizationUnknown  → Compensating: Release(1) Release(2) Void(1)
          AuthorizationNotFound → Compensating: Release(1) Release(2) Void(1)
          Due                   → Compensating: Release(1) Release(2) Void(1)

        Authorizing, the last card: as Authorizing, but
          Declined              → Compensating: Release(1) Release(2)

        AuthorizationUnknown, the last card: as AuthorizationUnknown, but
          Declined              → Compensating: Release(1) Release(2)

        AuthorizationUnknown, looked up for 15 minutes: as AuthorizationUnknown, but
          Due                   → Compensating: Release(1) Release(2) Void(1)

        Capturing, to be cancelled: as Capturing, but
          Captured              → Compensating: Release(1) Release(2) Refund(1)

        CaptureUnknown, to be cancelled: as CaptureUnknown, but
          Captured              → Compensating: Release(1) Release(2) Refund(1)

        Fulfilling, this line shipped: as Fulfilling, but
          LineShipped           nothing
          Due                   → Fulfilling: Ship(2)
          Resumed               → Fulfilling: Ship(2)
          Retry                 → Fulfilling: Ship(2)  answers Retrying

        Fulfilling, the other line shipped: as Fulfilling, but
          LineShipped           → Completed
          Due                   → Fulfilling: Ship(1)
          Resumed               → Fulfilling: Ship(1)
          Retry                 → Fulfilling: Ship(1)  answers Retrying

        Compensating, begun by the shop: as Compensating, but
          Cancel                → Compensating  answers CancelTooLate

        Compensating, authorized: as Compensating, but
          Authorized            nothing
          Declined              nothing

        Compensating, the capture failed: as Compensating, begun by the shop, but
          Authorized            nothing
          Declined              nothing

        Compensating, voided: as Compensating, but
          Declined              nothing
          Voided                nothing
          Due                   → Compensating: Release(1) Release(2)
          Resumed               → Compensating: Release(1) Release(2)
          Retry                 → Compensating: Release(1) Release(2)  answers Retrying

        Compensating, only this line left: as Compensating, voided, but
          LineReleased          → Cancelled
          Due                   → Compensating: Release(1)
          Resumed               → Compensating: Release(1)
          Retry                 → Compensating: Release(1)  answers Retrying

        Compensating, only the payment left: as Compensating, but
          LineReleased          nothing
          Declined              → Cancelled
          Voided                → Cancelled
          Due                   → Compensating: Void(1)
          Resumed               → Compensating: Void(1)
          Retry                 → Compensating: Void(1)  answers Retrying

        Refunding, only the refund left: as Refunding, but
          LineReleased          nothing
          Refunded              → Cancelled
          Due                   → Compensating: Refund(1)
          Resumed               → Compensating: Refund(1)
          Retry                 → Compensating: Refund(1)  answers Retrying

        Refunding, refused once: as Refunding, but
          RefundRefused         nothing

        Cancelled, refunded: as Cancelled, but
          Authorized            nothing
          Captured              nothing
          Cancel                → Cancelled  answers CancelRefundPending

        Cancelled, an authorization surfaced: as Cancelled, but
          Authorized            nothing
          Voided                → Cancelled
          Due                   → Cancelled: Void(1)
          Resumed               → Cancelled: Void(1)
          Retry                 → Cancelled: Void(1)  answers Retrying

        Rejected, a capture surfaced: as Rejected, but
          Authorized            nothing
          Captured              nothing
          Refunded              → Rejected
          RefundRefused         → Rejected
          Due                   → Rejected: Refund(1)
          Resumed               → Rejected: Refund(1)
          Retry                 → Rejected: Refund(1)  answers Retrying
        """;

    private static readonly Dictionary<string, Func<SagaUnderSpec>> Meanwhile = new()
    {
        ["Refunding"] = Given.Refunding,
        ["Reserving, this line held"] = () => Given.Reserving().When(new LineHeld(1)),
        ["Reserving, the other line held"] = () => Given.Reserving().When(new LineHeld(2)),
        ["Reserving, asked five times more"] = () => Given.Reserving().WhenDue().WhenDue().WhenDue().WhenDue().WhenDue(),
        ["Authorizing, to be cancelled"] = () => Given.Authorizing().When(Given.Cancel()),
        ["Authorizing, the last card"] = () => Given.Authorizing(OneCard),
        ["AuthorizationUnknown, the last card"] = () => Given.Authorizing(OneCard).When(new AuthorizationUnknown(1)),
        ["AuthorizationUnknown, looked up for 15 minutes"] = LookedUpInVain,
        ["Capturing, to be cancelled"] = () => Given.Capturing().When(Given.Cancel()),
        ["CaptureUnknown, to be cancelled"] = () => Given.CaptureUnknown().When(Given.Cancel()),
        ["Fulfilling, this line shipped"] = () => Given.Fulfilling().When(new LineShipped(1)),
        ["Fulfilling, the other line shipped"] = () => Given.Fulfilling().When(new LineShipped(2)),
        ["Compensating, begun by the shop"] = () => Given.Reserving().When(new LineRefused(1)),
        ["Compensating, authorized"] = () => Given.Compensating().When(new Authorized(1)),
        ["Compensating, the capture failed"] = () => Given.Capturing().When(new CaptureFailed(1, "failed")),
        ["Compensating, voided"] = () => Given.Compensating().When(new Voided(1)),
        ["Compensating, only this line left"] = () => Given.Compensating().When(new Voided(1), new LineReleased(2)),
        ["Compensating, only the payment left"] = () => Given.Compensating().When(new LineReleased(1), new LineReleased(2)),
        ["Refunding, only the refund left"] = () => Given.Refunding().When(new LineReleased(1), new LineReleased(2)),
        ["Refunding, refused once"] = () => Given.Refunding().When(new RefundRefused(1, "refused")),
        ["Cancelled, refunded"] = () => Given.Refunding().When(new LineReleased(1), new LineReleased(2), new Refunded(1)),
        ["Cancelled, an authorization surfaced"] = () => Given.Cancelled().When(new Authorized(1)),
        ["Rejected, a capture surfaced"] = () => Given.Rejected().When(new Captured(1)),
    };

    private static SagaUnderSpec LookedUpInVain()
    {
        var saga = Given.AuthorizationUnknown();
        while (saga.State.DueAt - saga.State.StepSince < saga.Options.AuthorizationUnknownLimit)
            saga.WhenDue();
        return saga;
    }

    private static SagaOptions OneCard => new() { NewPaymentMethods = 0 };
}
