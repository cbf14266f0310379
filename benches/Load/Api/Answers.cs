namespace Shop.Benches.Load.Api;

/// <summary>What the shop answers, as far as a client of it has to know.</summary>
internal sealed record OrderAnswer(
    string Id,
    long Version,
    string Status,
    MoneyAnswer Total,
    PaymentAnswer Payment,
    string? Reason)
{
    public bool IsSold => OrderStatuses.Sold.Contains(Status);

    public bool IsFinal => OrderStatuses.Final.Contains(Status);
}

internal static class OrderStatuses
{
    public const string AwaitingPayment = "awaiting_payment";

    /// <summary>The customer gets the goods.</summary>
    public static readonly IReadOnlySet<string> Sold = new HashSet<string> { "confirmed", "fulfilling", "completed" };

    public static readonly IReadOnlySet<string> Final = new HashSet<string> { "completed", "rejected", "cancelled" };
}

internal sealed record MoneyAnswer(long Amount, string Currency);

internal sealed record PaymentAnswer(string Status, long Authorized, long Captured, long Refunded);

/// <param name="Outcome">granted, refund_pending or too_late.</param>
internal sealed record CancelAnswer(string Outcome)
{
    public bool IsPromised => Outcome is "granted" or "refund_pending";
}

internal sealed record StockAnswer(long OnHand, long Held, long Available, long Shipped);

internal sealed record InvariantsAnswer(bool Ok, IReadOnlyList<CheckAnswer> Checks)
{
    public long Violations => Checks.Sum(c => c.Violations);

    public override string ToString() => string.Join(", ", Checks.Select(c => c.ToString()));
}

internal sealed record CheckAnswer(string Id, bool Ok, long Checked, long? OffenderCount, IReadOnlyList<string>? Offenders)
{
    /// <summary>A check that is not ok counts at least once, however few offenders it names.</summary>
    public long Violations => Ok ? 0 : Math.Max(1, OffenderCount ?? Offenders?.Count ?? 1);

    public override string ToString() => Ok
        ? $"{Id} ok ({Checked} checked)"
        : $"{Id} BROKEN {Violations} of {Checked}: {string.Join("; ", Offenders ?? [])}";
}

/// <summary>The answer to a POST of an order.</summary>
/// <param name="Order">When it was placed, now or earlier.</param>
/// <param name="Replayed">The shop says that it had this request before.</param>
/// <param name="Code">The problem's code otherwise.</param>
internal sealed record PlaceAnswer(int Status, OrderAnswer? Order, bool Replayed, string? Code);
