namespace Shop.Gateway;

/// <summary>How the built-in gateway behaves with its test methods.</summary>
public sealed class SimulatedGatewayOptions
{
    /// <summary>How long <c>tok_slow</c> keeps its answer back, having authorized at once. Default 3 s; above the gateway timeout it acts like <c>tok_timeout</c>.</summary>
    public TimeSpan SlowAnswer { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a call hangs with <c>tok_timeout</c>, <c>tok_capture_timeout</c> and their <c>_uncharged</c> kin unless its caller gives up earlier. Default 60 s.</summary>
    public TimeSpan HangLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often <c>tok_flaky</c> fails for each key before it works, and <c>tok_refund_flaky</c> refuses to give back. Default 2.</summary>
    public int FlakyFailures { get; set; } = 2;
}
