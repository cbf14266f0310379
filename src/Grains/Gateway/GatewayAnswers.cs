using Shop.Values;

namespace Shop.Gateway;

public abstract record GatewayAuthorization
{
    private GatewayAuthorization() { }

    /// <summary>The amount is set aside, or was and has been captured since.</summary>
    public sealed record Authorized(Money Amount) : GatewayAuthorization;

    /// <param name="Amount">What was asked for.</param>
    public sealed record Declined(string Code, Money Amount) : GatewayAuthorization;

    /// <param name="Amount">What had been authorized; zero when the void came first.</param>
    public sealed record Voided(Money Amount) : GatewayAuthorization;

    /// <summary>Nothing is known under the key. Only a lookup says so.</summary>
    public sealed record NotFound : GatewayAuthorization;
}

public abstract record GatewayCapture
{
    private GatewayCapture() { }

    public sealed record Captured(Money Amount) : GatewayCapture;

    /// <param name="Amount">What was asked for.</param>
    public sealed record Failed(string Code, Money Amount) : GatewayCapture;

    /// <summary>Nothing is known under the key. Only a lookup says so.</summary>
    public sealed record NotFound : GatewayCapture;
}

public abstract record GatewayVoid
{
    private GatewayVoid() { }

    /// <param name="Amount">What had been authorized; zero when nothing was.</param>
    public sealed record Voided(Money Amount) : GatewayVoid;

    /// <summary>There is nothing to end: the authorization was declined.</summary>
    /// <param name="Amount">What was asked for.</param>
    public sealed record Declined(string Code, Money Amount) : GatewayVoid;

    /// <summary>Too late: this capture has taken the money.</summary>
    public sealed record Captured(string CaptureKey, Money Amount) : GatewayVoid;
}

public abstract record GatewayRefund
{
    private GatewayRefund() { }

    public sealed record Refunded(Money Amount) : GatewayRefund;

    public sealed record Failed(string Code) : GatewayRefund;
}
