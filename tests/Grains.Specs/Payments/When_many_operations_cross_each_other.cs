using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

/// <summary>
/// Random commands of three attempts, whose answers come back in any order or not at all: the books must agree with the
/// gateway's ledger as far as they know, and money must never come from nowhere.
/// </summary>
public sealed class When_many_operations_cross_each_other
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 300)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Should_keep_its_books_in_order(int seed)
    {
        var payment = new Payment(new Random(seed));
        for (var step = 0; step < 200; step++)
        {
            payment.DoSomething();
            payment.Check();
        }

        payment.RepeatEverything();
        payment.Check();
        payment.CompareWithLedger();
    }

    private sealed class Payment(Random random)
    {
        private static readonly string[] Methods = ["tok_ok", "tok_ok", "tok_ok", "tok_capture_fails", "tok_declined", "tok_flaky"];
        private readonly Dictionary<string, GatewayAccount> ledger = [];
        private readonly List<Action> asked = [];
        private readonly List<Action> answersUnderway = [];
        private readonly HashSet<string> voidedFirst = [];
        private PaymentState state = PaymentState.Empty;

        public void DoSomething()
        {
            if (answersUnderway.Count > 0 && random.Next(2) == 0)
            {
                var index = random.Next(answersUnderway.Count);
                var arrive = answersUnderway[index];
                answersUnderway.RemoveAt(index);
                // Some are lost for good.
                if (random.Next(5) > 0)
                    arrive();
                return;
            }

            var n = 1 + random.Next(3);
            var (auth, capture, refund) = ($"{Order}:auth:{n}", $"{Order}:capture:{n}", $"{Order}:refund:{n}:{random.Next(3)}");
            switch (random.Next(10))
            {
                case < 3:
                    Authorize(new AuthorizePayment(auth, Hundred, Methods[random.Next(Methods.Length)], Trace));
                    break;
                case < 5:
                    Take(new CapturePayment(random.Next(4) > 0 ? capture : capture + "b", auth, Euro(1 + random.Next(120)), Trace));
                    break;
                case < 8:
                    GiveBack(new RefundPayment(refund, capture, Euro(1 + random.Next(60)), Trace));
                    break;
                case 8:
                    LookUp(auth, capture);
                    break;
                default:
                    if (random.Next(6) == 0)
                        End(new VoidPayment(auth, Hundred, Trace));
                    break;
            }
        }

        /// <summary>As the saga does, until it has an answer to everything it ever asked.</summary>
        public void RepeatEverything()
        {
            answersUnderway.Clear();
            Action[] all = [.. asked];
            for (var round = 0; round < 3; round++)
            {
                foreach (var again in all)
                {
                    again();
                    answersUnderway.ForEach(arrive => arrive());
                    answersUnderway.Clear();
                }
            }
        }

        public void Check()
        {
            Assert.Equal(state.Operations.Length, state.Operations.Select(o => (o.Kind, o.Key)).Distinct().Count());
            foreach (var authorization in state.Operations.Where(o => o.Kind == PaymentOperationKind.Authorize))
            {
                var captured = state.Sum(PaymentOperationKind.Capture, authorization.Key);
                Assert.True(captured <= (authorization.Outcome == PaymentOutcome.Succeeded ? authorization.Amount.Amount : 0));
            }

            foreach (var capture in state.Operations.Where(o => o is { Kind: PaymentOperationKind.Capture, Outcome: PaymentOutcome.Succeeded }))
                Assert.True(state.Sum(PaymentOperationKind.Refund, capture.Key) <= capture.Amount.Amount);
            Assert.All(voidedFirst, key => Assert.Equal(PaymentOutcome.Voided, state.Authorization(key)!.Outcome));
        }

        public void CompareWithLedger()
        {
            foreach (var (key, account) in ledger.Where(a => a.Value.Status != GatewayAccountStatus.Undecided))
            {
                var ours = state.Authorization(key)!;
                Assert.Equal(account.Status.ToString(), ours.Outcome switch
                {
                    PaymentOutcome.Succeeded => "Authorized",
                    PaymentOutcome.Refused => "Declined",
                    _ => ours.Outcome.ToString(),
                });
                Assert.Equal(account.Amount, ours.Amount);
                Assert.Equal(account.Captured, state.Sum(PaymentOperationKind.Capture, key));
                Assert.Equal(
                    account.Refunded,
                    account.Entries.Where(e => e.Kind == GatewayEntryKind.Capture).Sum(e => state.Sum(PaymentOperationKind.Refund, e.Key)));
            }
        }

        private void Authorize(AuthorizePayment command)
        {
            asked.Add(() => Authorize(command));
            if (PaymentDecider.Recall(state, command) is not null)
                return;
            var answer = AtGateway(command.Key, a => SimulatedLedger.Authorize(a, command.Amount, command.Method, 2));
            var reply = answer is null ? Nothing<GatewayAuthorization>() : Reply(answer);
            answersUnderway.Add(() => Settle(PaymentDecider.Conclude(state, command, reply)));
        }

        private void Take(CapturePayment command)
        {
            asked.Add(() => Take(command));
            if (state.Authorization(command.AuthorizationKey) is null || PaymentDecider.Recall(state, command) is not null)
                return;
            var reply = Reply(AtGateway(command.AuthorizationKey, a => SimulatedLedger.Capture(a, command.Key, command.Amount)));
            answersUnderway.Add(() => Settle(PaymentDecider.Conclude(state, command, reply)));
        }

        private void End(VoidPayment command)
        {
            asked.Add(() => End(command));
            if (PaymentDecider.Recall(state, command) is not null)
                return;
            var reply = Reply(AtGateway(command.AuthorizationKey, a => SimulatedLedger.Void(a, command.Amount)));
            answersUnderway.Add(() =>
            {
                if (Settle(PaymentDecider.Conclude(state, command, reply)) is VoidResult.Voided && reply.Answer is GatewayVoid.Voided)
                    voidedFirst.Add(command.AuthorizationKey);
            });
        }

        private void GiveBack(RefundPayment command)
        {
            asked.Add(() => GiveBack(command));
            if (PaymentDecider.Recall(state, command) is not null)
                return;
            var authorizationKey = state.Capture(command.CaptureKey)!.RelatedKey!;
            var reply = Reply(AtGateway(authorizationKey, a => SimulatedLedger.Refund(a, command.CaptureKey, command.Key, command.Amount)));
            answersUnderway.Add(() => Settle(PaymentDecider.Conclude(state, command, reply)));
        }

        private void LookUp(string auth, string capture)
        {
            var account = ledger.GetValueOrDefault(auth);
            var authorization = Reply(SimulatedLedger.Outcome(account) ?? new GatewayAuthorization.NotFound());
            answersUnderway.Add(() => Settle(PaymentDecider.Conclude(state, new LookupPayment(auth, Trace), authorization)));
            if (account?.Find(GatewayEntryKind.Capture, capture) is { } entry)
            {
                answersUnderway.Add(() => Settle(
                    PaymentDecider.Conclude(state, new LookupPayment(capture, Trace, auth), auth, Reply(SimulatedLedger.Outcome(entry)))));
            }
        }

        private TAnswer AtGateway<TAnswer>(string key, Func<GatewayAccount?, LedgerStep<TAnswer>> rule)
        {
            var step = rule(ledger.GetValueOrDefault(key));
            if (step.Next is not null)
                ledger[key] = step.Next;
            return step.Answer;
        }

        private TAnswer Settle<TAnswer>(PaymentDecision<TAnswer> decision)
        {
            if (decision.Fact is { } fact)
                state = state.Evolve(fact);
            return decision.Answer;
        }
    }
}
