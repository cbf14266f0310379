using Shop.Values;

namespace Shop.Gateway;

/// <summary>The rules of the simulated gateway: what an operation does to an account. No account: nothing is known under the key.</summary>
internal static class SimulatedLedger
{
    /// <returns>No answer: the attempt failed, and only that was noted.</returns>
    public static LedgerStep<GatewayAuthorization?> Authorize(GatewayAccount? account, Money amount, string method, int flakyFailures)
    {
        if (Outcome(account) is { } known)
            return new(null, known);

        var opened = (account ?? new GatewayAccount()) with { Method = method, Amount = amount };
        if (method == SimulatedMethods.Flaky && opened.Failures < flakyFailures)
            return new(opened with { Failures = opened.Failures + 1 }, null);

        var decided = SimulatedMethods.DeclineCode(method) is { } code
            ? opened with { Status = GatewayAccountStatus.Declined, Code = code }
            : opened with { Status = GatewayAccountStatus.Authorized };
        return new(decided, Outcome(decided));
    }

    /// <summary>A capture as the account's method lets it come through.</summary>
    /// <returns>No answer: it is lost, whether the capture was entered or not.</returns>
    public static LedgerStep<GatewayCapture?> CaptureByMethod(GatewayAccount? account, string key, Money amount)
    {
        var (next, answer) = Capture(account, key, amount);
        return (account?.Method, next, answer) switch
        {
            (SimulatedMethods.CaptureTimeout, not null, GatewayCapture.Captured) => new(next, null),
            (SimulatedMethods.CaptureTimeoutUncharged, not null, GatewayCapture.Captured) => new(null, null),
            _ => new(next, answer),
        };
    }

    public static LedgerStep<GatewayCapture> Capture(GatewayAccount? account, string key, Money amount)
    {
        if (account?.Find(GatewayEntryKind.Capture, key) is { } earlier)
            return new(null, Outcome(earlier));

        return account switch
        {
            { Status: GatewayAccountStatus.Authorized, Method: SimulatedMethods.CaptureFails } => Enter(account, key, amount, "capture_refused"),
            { Status: GatewayAccountStatus.Authorized } when !Covers(account.Amount, account.Captured, amount) =>
                Enter(account, key, amount, "amount_too_large"),
            { Status: GatewayAccountStatus.Authorized } => Enter(account, key, amount, null),
            { Status: GatewayAccountStatus.Voided } => new(null, new GatewayCapture.Failed("authorization_ended", amount)),
            _ => new(null, new GatewayCapture.Failed("nothing_authorized", amount)),
        };
    }

    public static LedgerStep<GatewayVoid> Void(GatewayAccount? account, Money amount)
    {
        switch (account)
        {
            case null or { Status: GatewayAccountStatus.Undecided }:
                var nothing = Money.Zero(amount.Currency);
                var tombstone = (account ?? new GatewayAccount()) with { Status = GatewayAccountStatus.Voided, Amount = nothing };
                return new(tombstone, new GatewayVoid.Voided(nothing));
            case { Status: GatewayAccountStatus.Voided }:
                return new(null, new GatewayVoid.Voided(account.Amount));
            case { Status: GatewayAccountStatus.Declined }:
                return new(null, new GatewayVoid.Declined(account.Code!, account.Amount));
            default:
                return account.Entries.FirstOrDefault(e => e is { Kind: GatewayEntryKind.Capture, Failed: null }) is { } capture
                    ? new(null, new GatewayVoid.Captured(capture.Key, capture.Amount))
                    : new(account with { Status = GatewayAccountStatus.Voided }, new GatewayVoid.Voided(account.Amount));
        }
    }

    public static LedgerStep<GatewayRefund> Refund(GatewayAccount? account, string captureKey, string key, Money amount, int flakyFailures = 0)
    {
        if (account?.Find(GatewayEntryKind.Refund, key) is { } earlier)
            return new(null, new GatewayRefund.Refunded(earlier.Amount));
        if (account?.Find(GatewayEntryKind.Capture, captureKey) is not { Failed: null } capture)
            return new(null, new GatewayRefund.Failed("nothing_captured"));
        if (account.Method == SimulatedMethods.RefundFlaky && account.Failures < flakyFailures)
            return new(account with { Failures = account.Failures + 1 }, new GatewayRefund.Failed("refund_refused"));

        var refunded = account.Entries.Where(e => e.Kind == GatewayEntryKind.Refund && e.CaptureKey == captureKey).Sum(e => e.Amount.Amount);
        return Covers(capture.Amount, refunded, amount)
            ? new(
                account with { Entries = account.Entries.Add(new(GatewayEntryKind.Refund, key, amount, captureKey, null)) },
                new GatewayRefund.Refunded(amount))
            : new(null, new GatewayRefund.Failed("amount_too_large"));
    }

    /// <summary>What an authorization came to; null while nothing is decided.</summary>
    public static GatewayAuthorization? Outcome(GatewayAccount? account) => account?.Status switch
    {
        GatewayAccountStatus.Authorized => new GatewayAuthorization.Authorized(account.Amount),
        GatewayAccountStatus.Declined => new GatewayAuthorization.Declined(account.Code!, account.Amount),
        GatewayAccountStatus.Voided => new GatewayAuthorization.Voided(account.Amount),
        _ => null,
    };

    public static GatewayCapture Outcome(GatewayEntry capture) => capture.Failed is { } code
        ? new GatewayCapture.Failed(code, capture.Amount)
        : new GatewayCapture.Captured(capture.Amount);

    private static LedgerStep<GatewayCapture> Enter(GatewayAccount account, string key, Money amount, string? failed)
    {
        var entry = new GatewayEntry(GatewayEntryKind.Capture, key, amount, null, failed);
        return new(account with { Entries = account.Entries.Add(entry) }, Outcome(entry));
    }

    private static bool Covers(Money limit, long taken, Money amount) =>
        limit.Currency == amount.Currency && amount.Amount >= 0 && amount.Amount <= limit.Amount - taken;
}

/// <param name="Next">The account to write; null: it stays as it is.</param>
internal readonly record struct LedgerStep<TAnswer>(GatewayAccount? Next, TAnswer Answer);
