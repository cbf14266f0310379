namespace Shop.Payments;

/// <summary>
/// The payment of one order; key <c>o:&lt;uuid&gt;</c>. Knows every operation by its idempotency key and what came of it;
/// a repeated command gets the stored outcome, never a second charge.
/// </summary>
[Alias("shop.payment"), GrainInterfaceType("shop.payment")]
public interface IPaymentGrain : IGrainWithStringKey
{
    [Alias("Authorize")]
    Task<AuthorizeResult> Authorize(AuthorizePayment command);

    [Alias("Capture")]
    Task<CaptureResult> Capture(CapturePayment command);

    /// <summary>Ends an authorization, whether or not it was ever seen: a void of an unknown key makes a later authorize with it fail.</summary>
    [Alias("Void")]
    Task<VoidResult> Void(VoidPayment command);

    [Alias("Refund")]
    Task<RefundResult> Refund(RefundPayment command);

    /// <summary>What became of an operation: the stored outcome, else what the gateway says.</summary>
    [Alias("Lookup")]
    Task<LookupResult> Lookup(LookupPayment command);

    [Alias("Read")]
    Task<PaymentView> Read();
}
