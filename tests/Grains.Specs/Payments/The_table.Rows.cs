using Shop.Events;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

// The rows. An operation alone: what the books say before the gateway is asked, or "asks". With a reply: what comes of it by the books as they
// are by then. A reply that is not written changes nothing: it is answered as the books say.
public sealed partial class The_table
{
    private const string Table = """
        Empty
          Authorize                         asks
          Authorize ← Authorized            → Authorized; PaymentAuthorized
          Authorize ← Declined              → Declined card_declined; PaymentDeclined
          Authorize ← Voided                → Voided; PaymentVoided
          Authorize ← NotFound              → Unknown
          Authorize ← no answer             → Unknown
          Capture                           asks
          Capture ← Captured                → Captured; PaymentCaptured
          Capture ← Failed                  → Failed capture_refused; PaymentCaptureFailed
          Capture ← NotFound                → Unknown
          Capture ← no answer               → Unknown
          Void                              asks
          Void ← Voided                     → Voided; PaymentVoided
          Void ← Declined                   → Voided; PaymentDeclined
          Void ← Captured                   → AlreadyCaptured; PaymentCaptured
          Void ← no answer                  → Unknown
          Refund                            → Failed capture_not_found
          Refund ← Refunded                 → Refunded; PaymentRefunded
          Refund ← Failed                   → Failed refund_refused
          Refund ← no answer                → Unknown
          LookupAuthorization               asks
          LookupAuthorization ← Authorized  → Authorized; PaymentAuthorized
          LookupAuthorization ← Declined    → Declined card_declined; PaymentDeclined
          LookupAuthorization ← Voided      → Voided; PaymentVoided
          LookupAuthorization ← NotFound    → NotFound
          LookupAuthorization ← no answer   → Unknown
          LookupCapture                     asks
          LookupCapture ← Captured          → Captured; PaymentCaptured
          LookupCapture ← Failed            → CaptureFailed capture_refused; PaymentCaptureFailed
          LookupCapture ← NotFound          → NotFound
          LookupCapture ← no answer         → Unknown

        Authorized: as Empty, but
          Authorize                         → Authorized
          Authorize ← Authorized            nothing
          Authorize ← Declined              nothing
          Authorize ← Voided                nothing
          Authorize ← NotFound              nothing
          Authorize ← no answer             nothing
          LookupAuthorization               → Authorized
          LookupAuthorization ← Authorized  nothing
          LookupAuthorization ← Declined    nothing
          LookupAuthorization ← Voided      nothing
          LookupAuthorization ← NotFound    nothing
          LookupAuthorization ← no answer   nothing

        Declined: as Authorized, but
          Authorize                         → Declined card_declined
          Capture                           → Failed authorization_declined
          Void                              → Voided
          Void ← Voided                     nothing
          Void ← Declined                   nothing
          Void ← Captured                   nothing
          Void ← no answer                  nothing
          LookupAuthorization               → Declined card_declined

        Voided: as Declined, but
          Authorize                         → Voided
          Authorize ← Authorized            → Voided, once it is ended at the gateway
          Capture                           → Failed authorization_voided
          LookupAuthorization               → Voided
          LookupAuthorization ← Authorized  → Voided, once it is ended at the gateway

        Voided before it was seen: as Voided

        Captured: as Authorized, but
          Capture                           → Captured
          Capture ← Captured                nothing
          Capture ← Failed                  nothing
          Capture ← NotFound                nothing
          Capture ← no answer               nothing
          Void                              → AlreadyCaptured
          Void ← Voided                     nothing
          Void ← Declined                   nothing
          Void ← Captured                   nothing
          Void ← no answer                  nothing
          Refund                            asks
          LookupCapture                     → Captured
          LookupCapture ← Captured          nothing
          LookupCapture ← Failed            nothing
          LookupCapture ← NotFound          nothing
          LookupCapture ← no answer         nothing

        Captured, taken up by a void: as Captured, but
          Authorize                         asks
          Authorize ← Authorized            → Authorized; PaymentAuthorized
          Authorize ← Declined              → Declined card_declined; PaymentDeclined
          Authorize ← Voided                → Voided; PaymentVoided
          Authorize ← NotFound              → Unknown
          Authorize ← no answer             → Unknown
          LookupAuthorization               asks
          LookupAuthorization ← Authorized  → Authorized; PaymentAuthorized
          LookupAuthorization ← Declined    → Declined card_declined; PaymentDeclined
          LookupAuthorization ← Voided      → Voided; PaymentVoided
          LookupAuthorization ← NotFound    → NotFound
          LookupAuthorization ← no answer   → Unknown

        CaptureFailed: as Authorized, but
          Capture                           → Failed capture_refused
          Capture ← Captured                nothing
          Capture ← Failed                  nothing
          Capture ← NotFound                nothing
          Capture ← no answer               nothing
          LookupCapture                     → CaptureFailed capture_refused
          LookupCapture ← Captured          nothing
          LookupCapture ← Failed            nothing
          LookupCapture ← NotFound          nothing
          LookupCapture ← no answer         nothing

        CaptureFailed, then voided: as CaptureFailed, but
          Authorize                         → Voided
          Authorize ← Authorized            → Voided, once it is ended at the gateway
          Void                              → Voided
          Void ← Voided                     nothing
          Void ← Declined                   nothing
          Void ← Captured                   nothing
          Void ← no answer                  nothing
          LookupAuthorization               → Voided
          LookupAuthorization ← Authorized  → Voided, once it is ended at the gateway

        Refunded: as Captured, but
          Refund                            → Refunded
          Refund ← Refunded                 nothing
          Refund ← Failed                   nothing
          Refund ← no answer                nothing

        Refunded in part under another key: as Captured, but
          Refund                            → Failed amount_exceeds_capture
        """;

    private static readonly Dictionary<string, PaymentState> Books = new()
    {
        ["Empty"] = PaymentState.Empty,
        ["Authorized"] = Authorized,
        ["Declined"] = Declined,
        ["Voided"] = Voided,
        ["Voided before it was seen"] = PaymentState.Empty.Evolve(new PaymentVoided(Auth, Euro(0))),
        ["Captured"] = Captured,
        ["Captured, taken up by a void"] = PaymentState.Empty.Evolve(new PaymentCaptured(Capture, Auth, Hundred)),
        ["CaptureFailed"] = CaptureFailed,
        ["CaptureFailed, then voided"] = CaptureFailed.Evolve(new PaymentVoided(Auth, Hundred)),
        ["Refunded"] = Refunded,
        ["Refunded in part under another key"] = Captured.Evolve(new PaymentRefunded(Order + ":refund:2", Capture, Euro(60))),
    };
}
