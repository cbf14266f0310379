using Shop.Events;

namespace Shop.Payments;

/// <param name="Fact">Null: nothing changes.</param>
/// <param name="EndAtGateway">The gateway holds an authorization that the books have ended: it has to be voided there again before the answer.</param>
internal readonly record struct PaymentDecision<TAnswer>(TAnswer Answer, IPaymentFact? Fact, bool EndAtGateway = false);

/// <summary>Why the books refuse before the gateway is asked.</summary>
internal static class PaymentCodes
{
    public const string AuthorizationVoided = "authorization_voided";
    public const string AuthorizationDeclined = "authorization_declined";
    public const string ExceedsAuthorization = "amount_exceeds_authorization";
    public const string CaptureNotFound = "capture_not_found";
    public const string ExceedsCapture = "amount_exceeds_capture";
}
