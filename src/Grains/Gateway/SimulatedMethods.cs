namespace Shop.Gateway;

/// <summary>What a customer can pay with at the simulated gateway.</summary>
internal static class SimulatedMethods
{
    public const string Ok = "tok_ok";
    public const string Declined = "tok_declined";
    public const string InsufficientFunds = "tok_insufficient_funds";

    /// <summary>Authorized, but the answer is lost.</summary>
    public const string Timeout = "tok_timeout";

    /// <summary>Nothing happens, and no answer comes.</summary>
    public const string TimeoutUncharged = "tok_timeout_uncharged";

    /// <summary>Authorized at once, the answer takes its time.</summary>
    public const string Slow = "tok_slow";

    /// <summary>Authorized, but every capture is refused.</summary>
    public const string CaptureFails = "tok_capture_fails";

    /// <summary>The gateway fails a few times for each authorization's key, then it works.</summary>
    public const string Flaky = "tok_flaky";

    /// <summary>Authorized at once; captured too, but the answer to the capture is lost.</summary>
    public const string CaptureTimeout = "tok_capture_timeout";

    /// <summary>Authorized at once, but a capture does nothing, and no answer to it ever comes.</summary>
    public const string CaptureTimeoutUncharged = "tok_capture_timeout_uncharged";

    /// <summary>Authorized and captured; the first few refunds are refused, then they work.</summary>
    public const string RefundFlaky = "tok_refund_flaky";

    /// <summary>Null: the method is good for any amount.</summary>
    public static string? DeclineCode(string method) => method switch
    {
        Ok or Timeout or TimeoutUncharged or Slow or CaptureFails or Flaky => null,
        CaptureTimeout or CaptureTimeoutUncharged or RefundFlaky => null,
        Declined => "card_declined",
        InsufficientFunds => "insufficient_funds",
        _ => "unknown_payment_method",
    };
}
