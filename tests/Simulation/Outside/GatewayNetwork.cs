using Shop.Gateway;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;
using Shop.Values;

namespace Shop.Simulation.Outside;

/// <summary>
/// The payment gateway: the rules of the shop's simulated one, behind a network of its own. What was sent to it may be done although
/// nobody hears of it, or long after the sender has given up or died.
/// </summary>
internal sealed class GatewayNetwork(World world)
{
    private readonly SortedDictionary<string, GatewayAccount> accounts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, GatewayAccount> Accounts => accounts;

    public IPaymentGateway For(Process process) => new Client(world, this, process);

    private TAnswer Do<TAnswer>(string key, string what, Func<GatewayAccount?, LedgerStep<TAnswer>> rule)
    {
        var before = accounts.GetValueOrDefault(key);
        var (next, answer) = rule(before);
        if (next is not null)
        {
            accounts[key] = next;
            world.Laws.Money.Charged(key, before, next);
        }

        world.Laws.Money.Answered(key, answer);
        world.Trace.Note($"gateway: {what} {Short(key)} → {(object?)answer ?? "out of order"}");
        return answer;
    }

    private static string Short(string key) => $"{Names.Number(key)}{key[key.IndexOf(':', StringComparison.Ordinal)..]}";

    private enum Fate
    {
        Answered,
        AnswerLost,
        Lost,
        Refused,
        DoneButRefused,
        MuchLater,
        Twice,
    }

    private sealed class Client(World world, GatewayNetwork gateway, Process process) : IPaymentGateway
    {
        private static readonly TimeSpan LateLimit = TimeSpan.FromMinutes(20);

        public Task<GatewayAuthorization> Authorize(string key, Money amount, string method, CancellationToken cancellationToken) =>
            Ask(key, "authorize", a => SimulatedLedger.Authorize(a, amount, method, flakyFailures: 2));

        public Task<GatewayCapture> Capture(string authorizationKey, string key, Money amount, CancellationToken cancellationToken) =>
            Ask(authorizationKey, "capture", a => Some(SimulatedLedger.Capture(a, key, amount)));

        public Task<GatewayVoid> Void(string authorizationKey, Money amount, CancellationToken cancellationToken) =>
            Ask(authorizationKey, "void", a => Some(SimulatedLedger.Void(a, amount)));

        public Task<GatewayRefund> Refund(string authorizationKey, string captureKey, string key, Money amount, CancellationToken cancellationToken) =>
            Ask(authorizationKey, "refund", a => Some(SimulatedLedger.Refund(a, captureKey, key, amount, flakyFailures: 2)));

        public Task<GatewayAuthorization> LookupAuthorization(string key, CancellationToken cancellationToken) =>
            Ask(key, "look up", a => new LedgerStep<GatewayAuthorization?>(null, SimulatedLedger.Outcome(a) ?? new GatewayAuthorization.NotFound()));

        public Task<GatewayCapture> LookupCapture(string authorizationKey, string key, CancellationToken cancellationToken) =>
            Ask(authorizationKey, "look up capture", a => new LedgerStep<GatewayCapture?>(
                null, a?.Find(GatewayEntryKind.Capture, key) is { } capture ? SimulatedLedger.Outcome(capture) : new GatewayCapture.NotFound()));

        private static LedgerStep<TAnswer?> Some<TAnswer>(LedgerStep<TAnswer> step) where TAnswer : class => new(step.Next, step.Answer);

        private Task<TAnswer> Ask<TAnswer>(string key, string what, Func<GatewayAccount?, LedgerStep<TAnswer?>> rule) where TAnswer : class
        {
            var chances = world.Choices.Of($"gateway/{Names.Number(key)}");
            var fate = world.Weather.Storm == 0 ? Fate.Answered
                : world.Weather.GatewayIsGone ? Fate.Lost
                : chances.Chance(60) ? (Fate)(1 + chances.Next(6))
                : Fate.Answered;
            if (fate != Fate.Answered)
            {
                world.Suffer(fate switch
                {
                    Fate.AnswerLost => Fault.GatewayAnswerLost,
                    Fate.Lost => Fault.GatewayCallLost,
                    Fate.Refused => Fault.GatewayRefused,
                    Fate.DoneButRefused => Fault.GatewayDoneButRefused,
                    Fate.MuchLater => Fault.GatewayMuchLater,
                    _ => Fault.GatewayTwice,
                });
                world.Trace.Note($"gateway: {what} {Short(key)} from {process.Name} is to be {fate}");
            }

            var answer = new TaskCompletionSource<TAnswer>();
            TimeSpan Travel() => world.Weather.Storm == 0 ? TimeSpan.FromMilliseconds(5) : chances.Delay();
            var there = fate == Fate.MuchLater ? chances.Within(LateLimit) : Travel();
            if (fate != Fate.Lost)
                world.Timeline.After(there, host: null, () => Arrive(fate, Travel()));
            if (fate == Fate.Twice)
                world.Timeline.After(chances.Within(LateLimit), host: null, () => Arrive(Fate.AnswerLost, default));
            return answer.Task;

            void Arrive(Fate fate, TimeSpan back)
            {
                var result = fate == Fate.Refused ? null : gateway.Do(key, what, rule);
                if (fate is Fate.AnswerLost)
                    return;
                world.Timeline.After(back, process, () =>
                {
                    if (result is null || fate == Fate.DoneButRefused)
                        answer.TrySetException(new GatewayUnavailableException("The gateway is out of order."));
                    else
                        answer.TrySetResult(result);
                });
            }
        }
    }
}
