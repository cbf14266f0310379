using System.Diagnostics;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Shop.Values;

namespace Shop.Gateway;

/// <summary>A payment gateway for development, tests and demos: durable, exact, and faulty on demand.</summary>
internal sealed class SimulatedGateway(IDurableRows rows, TimeProvider clock, IOptions<SimulatedGatewayOptions> options) : IPaymentGateway
{
    /// <summary>The kind of its rows; the key of a row is the authorization's.</summary>
    public const string LedgerKind = "gateway";

    public async Task<GatewayAuthorization> Authorize(string key, Money amount, string method, CancellationToken cancellationToken)
    {
        if (method == SimulatedMethods.TimeoutUncharged && await Find(key, cancellationToken) is null or { Status: GatewayAccountStatus.Undecided })
            await Hang(cancellationToken);

        // Most keys are new: try to write the first row before asking whether there is one.
        var (changed, answer) = await Update(
            key, account => SimulatedLedger.Authorize(account, amount, method, options.Value.FlakyFailures), readFirst: false, cancellationToken);

        if (answer is null)
            throw new GatewayUnavailableException("The simulated gateway is unavailable for a moment.");
        if (changed && method == SimulatedMethods.Timeout)
            await Hang(cancellationToken);
        if (changed && method == SimulatedMethods.Slow)
            await Task.Delay(options.Value.SlowAnswer, clock, cancellationToken);
        return answer;
    }

    public async Task<GatewayCapture> Capture(string authorizationKey, string key, Money amount, CancellationToken cancellationToken)
    {
        var (_, answer) = await Update(
            authorizationKey, account => SimulatedLedger.CaptureByMethod(account, key, amount), readFirst: true, cancellationToken);
        if (answer is not null)
            return answer;
        await Hang(cancellationToken);
        throw new UnreachableException();
    }

    public async Task<GatewayVoid> Void(string authorizationKey, Money amount, CancellationToken cancellationToken) =>
        (await Update(authorizationKey, account => SimulatedLedger.Void(account, amount), readFirst: true, cancellationToken)).Answer;

    public async Task<GatewayRefund> Refund(
        string authorizationKey, string captureKey, string key, Money amount, CancellationToken cancellationToken) =>
        (await Update(
            authorizationKey,
            account => SimulatedLedger.Refund(account, captureKey, key, amount, options.Value.FlakyFailures),
            readFirst: true,
            cancellationToken)).Answer;

    public async Task<GatewayAuthorization> LookupAuthorization(string key, CancellationToken cancellationToken) =>
        SimulatedLedger.Outcome(await Find(key, cancellationToken)) ?? new GatewayAuthorization.NotFound();

    public async Task<GatewayCapture> LookupCapture(string authorizationKey, string key, CancellationToken cancellationToken) =>
        (await Find(authorizationKey, cancellationToken))?.Find(GatewayEntryKind.Capture, key) is { } capture
            ? SimulatedLedger.Outcome(capture)
            : new GatewayCapture.NotFound();

    private async Task<GatewayAccount?> Find(string key, CancellationToken cancellationToken) =>
        (await rows.Read<GatewayAccount>(LedgerKind, key, cancellationToken))?.Value;

    /// <summary>Applies a rule to the row as it is, again and again until nobody was faster.</summary>
    private async Task<(bool Changed, TAnswer Answer)> Update<TAnswer>(
        string key, Func<GatewayAccount?, LedgerStep<TAnswer>> rule, bool readFirst, CancellationToken cancellationToken)
    {
        for (var read = readFirst; ; read = true)
        {
            var row = read ? await rows.Read<GatewayAccount>(LedgerKind, key, cancellationToken) : null;
            var (next, answer) = rule(row?.Value);
            if (next is null)
                return (false, answer);
            if (await rows.TryWrite(LedgerKind, key, next, row?.Version ?? 0, cancellationToken))
                return (true, answer);
        }
    }

    private async Task Hang(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Value.HangLimit, clock, cancellationToken);
        throw new TimeoutException("The simulated gateway did not answer.");
    }
}
