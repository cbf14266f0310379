using Shop.Gateway;
using Shop.Values;

namespace Grains.Specs.Payments;

/// <summary>A gateway that does what the rules say at once, but answers only what the spec lets through.</summary>
internal sealed class GatewayUnderControl : IPaymentGateway
{
    private readonly Dictionary<string, GatewayAccount> ledger = [];

    /// <summary>Operations by name whose answers are kept back: "authorize", "capture" …</summary>
    public Dictionary<string, TaskCompletionSource> Hanging { get; } = [];

    public List<string> Calls { get; } = [];

    public Exception? Fault { get; set; }

    public TaskCompletionSource Hang(string operation) =>
        Hanging[operation] = new TaskCompletionSource();

    public Task<GatewayAuthorization> Authorize(string key, Money amount, string method, CancellationToken cancellationToken) =>
        Answer("authorize", key, account => SimulatedLedger.Authorize(account, amount, method, 0))!;

    public Task<GatewayCapture> Capture(string authorizationKey, string key, Money amount, CancellationToken cancellationToken) =>
        Answer("capture", authorizationKey, account => SimulatedLedger.Capture(account, key, amount));

    public Task<GatewayVoid> Void(string authorizationKey, Money amount, CancellationToken cancellationToken) =>
        Answer("void", authorizationKey, account => SimulatedLedger.Void(account, amount));

    public Task<GatewayRefund> Refund(
        string authorizationKey, string captureKey, string key, Money amount, CancellationToken cancellationToken) =>
        Answer("refund", authorizationKey, account => SimulatedLedger.Refund(account, captureKey, key, amount));

    public Task<GatewayAuthorization> LookupAuthorization(string key, CancellationToken cancellationToken) =>
        Answer("look up", key, account => new LedgerStep<GatewayAuthorization>(
            null, SimulatedLedger.Outcome(account) ?? new GatewayAuthorization.NotFound()));

    public Task<GatewayCapture> LookupCapture(string authorizationKey, string key, CancellationToken cancellationToken) =>
        Answer("look up", authorizationKey, account => new LedgerStep<GatewayCapture>(
            null,
            account?.Find(GatewayEntryKind.Capture, key) is { } entry ? SimulatedLedger.Outcome(entry) : new GatewayCapture.NotFound()));

    // Deliberately deaf to cancellation: not every client library listens.
    private async Task<TAnswer> Answer<TAnswer>(string operation, string key, Func<GatewayAccount?, LedgerStep<TAnswer>> rule)
    {
        Calls.Add(operation);
        if (Fault is not null)
            throw Fault;
        var (next, answer) = rule(ledger.GetValueOrDefault(key));
        if (next is not null)
            ledger[key] = next;
        if (Hanging.TryGetValue(operation, out var let))
            await let.Task;
        return answer;
    }
}
