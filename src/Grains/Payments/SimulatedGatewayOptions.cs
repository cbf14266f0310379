namespace Shop.Payments;

/// <summary>How the built-in gateway behaves with its test methods.</summary>
public sealed class SimulatedGatewayOptions
{
    /// <summary>How long <c>tok_slow</c> keeps its answer back, having authorized at once. Default 3 s; above the gateway timeout it acts like <c>tok_timeout</c>.</summary>
    public TimeSpan SlowAnswer { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a call hangs with <c>tok_timeout</c> and <c>tok_timeout_uncharged</c> unless its caller gives up earlier. Default 60 s.</summary>
    public TimeSpan HangLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often <c>tok_flaky</c> fails for each key before it works. Default 2.</summary>
    public int FlakyFailures { get; set; } = 2;
}
