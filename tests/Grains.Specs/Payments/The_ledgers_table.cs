using Grains.Specs.Tables;
using Shop.Gateway;
using Shop.Values;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

/// <summary>
/// The gateway's rules: every operation on every state of an account. A cell says the answer, and if the account changes, what it is then and
/// how much of it is open, captured and refunded.
/// </summary>
public sealed class The_ledgers_table
{
    private const string Table = """
        Unknown
          Authorize                → Authorized 100; then Authorized, open 100, captured 0, refunded 0
          Authorize, declined      → Declined card_declined; then Declined, open 0, captured 0, refunded 0
          Authorize, flaky         → no answer; then Undecided, open 0, captured 0, refunded 0
          Capture                  → Failed nothing_authorized
          Capture the rest         → Failed nothing_authorized
          Capture too much         → Failed nothing_authorized
          Capture in other money   → Failed nothing_authorized
          Void                     → Voided 0; then Voided, open 0, captured 0, refunded 0
          Refund                   → Failed nothing_captured
          Refund the rest          → Failed nothing_captured
          Refund too much          → Failed nothing_captured
          Refund in other money    → Failed nothing_captured
          Look up                  → NotFound
          Look up the capture      → NotFound

        Undecided: as Unknown

        Undecided, failed often enough: as Unknown, but
          Authorize, flaky         → Authorized 100; then Authorized, open 100, captured 0, refunded 0

        Authorized: as Unknown, but
          Authorize                → Authorized 100
          Authorize, declined      → Authorized 100
          Authorize, flaky         → Authorized 100
          Capture                  → Captured 100; then Authorized, open 0, captured 100, refunded 0
          Capture the rest         → Captured 40; then Authorized, open 60, captured 40, refunded 0
          Capture too much         → Failed amount_too_large; then Authorized, open 100, captured 0, refunded 0
          Capture in other money   → Failed amount_too_large; then Authorized, open 100, captured 0, refunded 0
          Void                     → Voided 100; then Voided, open 0, captured 0, refunded 0
          Look up                  → Authorized 100

        Authorized, but captures fail: as Authorized, but
          Capture                  → Failed capture_refused; then Authorized, open 100, captured 0, refunded 0
          Capture the rest         → Failed capture_refused; then Authorized, open 100, captured 0, refunded 0
          Capture too much         → Failed capture_refused; then Authorized, open 100, captured 0, refunded 0
          Capture in other money   → Failed capture_refused; then Authorized, open 100, captured 0, refunded 0

        Capture failed: as Authorized, but
          Capture                  → Failed amount_too_large
          Look up the capture      → Failed amount_too_large

        Declined: as Unknown, but
          Authorize                → Declined card_declined
          Authorize, declined      → Declined card_declined
          Authorize, flaky         → Declined card_declined
          Void                     → Declined card_declined
          Look up                  → Declined card_declined

        Voided: as Unknown, but
          Authorize                → Voided 100
          Authorize, declined      → Voided 100
          Authorize, flaky         → Voided 100
          Capture                  → Failed authorization_ended
          Capture the rest         → Failed authorization_ended
          Capture too much         → Failed authorization_ended
          Capture in other money   → Failed authorization_ended
          Void                     → Voided 100
          Look up                  → Voided 100

        Voided before it was seen: as Voided, but
          Authorize                → Voided 0
          Authorize, declined      → Voided 0
          Authorize, flaky         → Voided 0
          Void                     → Voided 0
          Look up                  → Voided 0

        Captured in part: as Authorized, but
          Capture                  → Captured 60
          Capture the rest         → Captured 40; then Authorized, open 0, captured 100, refunded 0
          Capture too much         → Failed amount_too_large; then Authorized, open 40, captured 60, refunded 0
          Capture in other money   → Failed amount_too_large; then Authorized, open 40, captured 60, refunded 0
          Void                     → Captured 60
          Refund                   → Failed amount_too_large
          Refund the rest          → Refunded 40; then Authorized, open 40, captured 60, refunded 40
          Refund too much          → Failed amount_too_large
          Refund in other money    → Failed amount_too_large
          Look up the capture      → Captured 60

        Captured: as Captured in part, but
          Capture                  → Captured 100
          Capture the rest         → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 0
          Capture too much         → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 0
          Capture in other money   → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 0
          Void                     → Captured 100
          Refund                   → Refunded 100; then Authorized, open 0, captured 100, refunded 100
          Refund the rest          → Refunded 40; then Authorized, open 0, captured 100, refunded 40
          Look up the capture      → Captured 100

        Refunded in part: as Captured, but
          Capture the rest         → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 60
          Capture too much         → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 60
          Capture in other money   → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 60
          Refund                   → Refunded 60
          Refund the rest          → Refunded 40; then Authorized, open 0, captured 100, refunded 100

        Refunded: as Captured, but
          Capture the rest         → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 100
          Capture too much         → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 100
          Capture in other money   → Failed amount_too_large; then Authorized, open 0, captured 100, refunded 100
          Refund                   → Refunded 100
          Refund the rest          → Failed amount_too_large
        """;

    private const string NoAnswer = "no answer";

    private static readonly Money Dollar = new(1, "USD");

    private static readonly Dictionary<string, GatewayAccount?> Accounts = new()
    {
        ["Unknown"] = null,
        ["Undecided"] = Asked(null, "tok_flaky"),
        ["Undecided, failed often enough"] = Asked(Asked(null, "tok_flaky"), "tok_flaky"),
        ["Authorized"] = Asked(null, "tok_ok"),
        ["Authorized, but captures fail"] = Asked(null, "tok_capture_fails"),
        ["Capture failed"] = Taken(Asked(null, "tok_ok"), 101),
        ["Declined"] = Asked(null, "tok_declined"),
        ["Voided"] = SimulatedLedger.Void(Asked(null, "tok_ok"), Hundred).Next,
        ["Voided before it was seen"] = SimulatedLedger.Void(null, Hundred).Next,
        ["Captured in part"] = Taken(Asked(null, "tok_ok"), 60),
        ["Captured"] = Taken(Asked(null, "tok_ok"), 100),
        ["Refunded in part"] = GivenBack(Taken(Asked(null, "tok_ok"), 100), 60),
        ["Refunded"] = GivenBack(Taken(Asked(null, "tok_ok"), 100), 100),
    };

    private static readonly Dictionary<string, Func<GatewayAccount?, (GatewayAccount? Next, string Answer)>> Operations = new()
    {
        ["Authorize"] = a => Step(SimulatedLedger.Authorize(a, Hundred, "tok_ok", 2)),
        ["Authorize, declined"] = a => Step(SimulatedLedger.Authorize(a, Hundred, "tok_declined", 2)),
        ["Authorize, flaky"] = a => Step(SimulatedLedger.Authorize(a, Hundred, "tok_flaky", 2)),
        ["Capture"] = a => Step(SimulatedLedger.Capture(a, Capture, Hundred)),
        ["Capture the rest"] = a => Step(SimulatedLedger.Capture(a, "another", Euro(40))),
        ["Capture too much"] = a => Step(SimulatedLedger.Capture(a, "another", Euro(101))),
        ["Capture in other money"] = a => Step(SimulatedLedger.Capture(a, "another", Dollar)),
        ["Void"] = a => Step(SimulatedLedger.Void(a, Hundred)),
        ["Refund"] = a => Step(SimulatedLedger.Refund(a, Capture, Refund, Hundred)),
        ["Refund the rest"] = a => Step(SimulatedLedger.Refund(a, Capture, "another", Euro(40))),
        ["Refund too much"] = a => Step(SimulatedLedger.Refund(a, Capture, "another", Euro(101))),
        ["Refund in other money"] = a => Step(SimulatedLedger.Refund(a, Capture, "another", Dollar)),
        ["Look up"] = a => (null, SimulatedLedger.Outcome(a) is { } known ? Told(known) : "NotFound"),
        ["Look up the capture"] = a =>
            (null, a?.Find(GatewayEntryKind.Capture, Capture) is { } entry ? Told(SimulatedLedger.Outcome(entry)) : "NotFound"),
    };

    private static readonly WrittenTable Named = new(Table);

    public static IEnumerable<TheoryDataRow<string, string>> Cells() =>
        from account in Named.States from operation in Operations.Keys select new TheoryDataRow<string, string>(account, operation);

    [Theory, MemberData(nameof(Cells))]
    public void Each_cell_is_as_written(string account, string operation)
    {
        var (next, answer) = Operations[operation](Accounts[account]);

        var then = next is null
            ? ""
            : $"; then {next.Status}, open {next.StillAuthorized}, captured {next.Captured}, refunded {next.Refunded}";
        Assert.Equal(Named[account, operation], $"→ {answer}{then}");
    }

    [Theory, MemberData(nameof(Cells))]
    public void A_definite_answer_is_given_again_and_changes_nothing(string account, string operation)
    {
        var (next, answer) = Operations[operation](Accounts[account]);
        if (answer != NoAnswer)
            Assert.Equal((null, answer), Operations[operation](next ?? Accounts[account]));
        else
            Assert.Equal(GatewayAccountStatus.Undecided, next!.Status);
    }

    [Fact]
    public void Every_operation_meets_every_status()
    {
        Assert.Empty(Enum.GetValues<GatewayAccountStatus>().Except(Accounts.Values.Select(a => a?.Status ?? GatewayAccountStatus.Undecided)));
        Assert.Equal(Accounts.Keys.Order(), Named.States.Order());
        Assert.Equal(Operations.Keys.Order(), Named.Written.Where(c => c.State == "Unknown").Select(c => c.Input).Order());
        Assert.Empty(Named.Written.Select(c => c.Input).Except(Operations.Keys));
    }

    private static GatewayAccount Asked(GatewayAccount? account, string method) => SimulatedLedger.Authorize(account, Hundred, method, 2).Next!;

    private static GatewayAccount Taken(GatewayAccount account, long amount) => SimulatedLedger.Capture(account, Capture, Euro(amount)).Next!;

    private static GatewayAccount GivenBack(GatewayAccount account, long amount) =>
        SimulatedLedger.Refund(account, Capture, Refund, Euro(amount)).Next!;

    private static (GatewayAccount? Next, string Answer) Step<TAnswer>(LedgerStep<TAnswer> step) =>
        (step.Next, step.Answer is null ? NoAnswer : Told(step.Answer));

    private static string Told(object answer) => $"{answer.GetType().Name} " + answer switch
    {
        GatewayAuthorization.Authorized a => a.Amount.Amount,
        GatewayAuthorization.Declined a => a.Code,
        GatewayAuthorization.Voided a => a.Amount.Amount,
        GatewayCapture.Captured a => a.Amount.Amount,
        GatewayCapture.Failed a => a.Code,
        GatewayVoid.Voided a => a.Amount.Amount,
        GatewayVoid.Declined a => a.Code,
        GatewayVoid.Captured a => a.Amount.Amount,
        GatewayRefund.Refunded a => a.Amount.Amount,
        GatewayRefund.Failed a => (object)a.Code,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "No answer of the gateway."),
    };
}
