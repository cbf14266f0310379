namespace Shop.Payments;

/// <summary>How the gateway is talked to.</summary>
public sealed class PaymentOptions
{
    /// <summary>
    /// How long the gateway may take to answer before the outcome counts as unknown. Default 8 s. Keep it below the saga's own
    /// limit for the step. Shorter: more outcomes have to be looked up. Longer: a hung gateway is noticed later.
    /// </summary>
    public TimeSpan GatewayTimeout { get; set; } = TimeSpan.FromSeconds(8);
}
