using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Gateway;
using Shop.Values;

namespace Shop.Payments;

// No intent is stored before the gateway is asked: the gateway honours the key, so asking again after a crash is the same call.
[GrainType("payment"), Reentrant]
internal sealed partial class PaymentGrain(
    [Durable] IDurable<PaymentState> payment,
    IGrainContext context,
    IPaymentGateway gateway,
    TimeProvider clock,
    IOptions<PaymentOptions> options,
    ILogger<PaymentGrain> logger) : Grain(context), IPaymentGrain
{
    private readonly GatewayCaller gateway = new(gateway, clock, options.Value.GatewayTimeout, logger);
    private readonly FactStream facts = FactStream.OfPayment(context.GrainId.Key.ToString()!);

    /// <summary>Facts that the next commit takes along.</summary>
    private Outgoing leaving = new();

    private PaymentState Books => payment.State ?? PaymentState.Empty;

    public async Task<AuthorizeResult> Authorize(AuthorizePayment command)
    {
        if (PaymentDecider.Recall(Books, command) is { } known)
            return await Confirmed(known);

        var reply = await gateway.Authorize(command);
        if (reply.Answer is GatewayAuthorization.Authorized)
            CrashPoints.GatewayAuthorized.Reach();
        var decision = PaymentDecider.Conclude(Books, command, reply);
        if (decision.EndAtGateway && !await EndedAtGateway(command.Key, command.Amount, command.Trace))
            return new AuthorizeResult.Unknown("It was voided; whether the gateway has ended it is not known.");
        return await Settle(decision, command.Trace);
    }

    public async Task<CaptureResult> Capture(CapturePayment command)
    {
        if (Books.Capture(command.Key) is null && await TakeUp(command.AuthorizationKey, command.Trace) is { } unknown)
            return new CaptureResult.Unknown(unknown);

        if (PaymentDecider.Recall(Books, command) is { } known)
            return await Confirmed(known);

        var reply = await gateway.Capture(command);
        if (reply.Answer is GatewayCapture.Captured)
            CrashPoints.GatewayCaptured.Reach();
        var result = await Settle(PaymentDecider.Conclude(Books, command, reply), command.Trace);

        // A captured payment is hardly ever asked for again: its memory is given back, and calls that wait go to the next activation.
        // Not while the gateway still owes an answer: they would have to wait for it.
        if (result is CaptureResult.Captured && gateway.Idle)
            GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The payment is captured."));
        return result;
    }

    public async Task<VoidResult> Void(VoidPayment command)
    {
        if (PaymentDecider.Recall(Books, command) is { } known)
            return await Confirmed(known);

        var reply = await gateway.Void(command);
        if (reply.Answer is GatewayVoid.Voided)
            CrashPoints.GatewayVoided.Reach();
        return await Settle(PaymentDecider.Conclude(Books, command, reply), command.Trace);
    }

    public async Task<RefundResult> Refund(RefundPayment command)
    {
        if (PaymentDecider.Recall(Books, command) is { } known)
            return await Confirmed(known);

        var reply = await gateway.Refund(command, Books.Capture(command.CaptureKey)!.RelatedKey!);
        if (reply.Answer is GatewayRefund.Refunded)
            CrashPoints.GatewayRefunded.Reach();
        return await Settle(PaymentDecider.Conclude(Books, command, reply), command.Trace);
    }

    public async Task<LookupResult> Lookup(LookupPayment command)
    {
        if (PaymentDecider.Recall(Books, command) is { } known)
            return await Confirmed(known);

        if (command.AuthorizationKey is { } authorizationKey)
        {
            if (await TakeUp(authorizationKey, command.Trace) is { } unknown)
                return new LookupResult.Unknown(unknown);

            var capture = await gateway.LookupCapture(authorizationKey, command.Key);
            return await Settle(PaymentDecider.Conclude(Books, command, authorizationKey, capture), command.Trace);
        }

        var authorization = await gateway.LookupAuthorization(command.Key);
        var decision = PaymentDecider.Conclude(Books, command, authorization);
        if (decision.EndAtGateway && !await EndedAtGateway(command.Key, AmountOf(authorization), command.Trace))
            return new LookupResult.Unknown("It was voided; whether the gateway has ended it is not known.");
        return await Settle(decision, command.Trace);
    }

    public Task<PaymentView> Read() =>
        Task.FromResult(new PaymentView((payment.DurableState ?? PaymentState.Empty).Operations));

    /// <summary>
    /// An authorization is stored with what becomes of it: books that were lost in between do not have it, but the gateway has. That it
    /// knows of none is true only for the moment; what it says to a capture is the last word.
    /// </summary>
    /// <returns>Why it is not known; null: the books have it now, or the gateway has not.</returns>
    private async Task<string?> TakeUp(string authorizationKey, TraceContext trace) =>
        Books.Authorization(authorizationKey) is null && await Lookup(new LookupPayment(authorizationKey, trace)) is LookupResult.Unknown unknown
            ? unknown.Why
            : null;

    /// <summary>Ends an authorization that surfaced at the gateway after the books had ended it.</summary>
    private async Task<bool> EndedAtGateway(string key, Money amount, TraceContext trace)
    {
        LogLateAuthorization(key, trace.CorrelationId);
        var reply = await gateway.Void(new VoidPayment(key, amount, trace));
        return reply.Answer is GatewayVoid.Voided or GatewayVoid.Declined;
    }

    private static Money AmountOf(GatewayReply<GatewayAuthorization> reply) =>
        reply.Answer is GatewayAuthorization.Authorized authorized ? authorized.Amount : default;

    // Outcomes end something for whoever asked, and are seldom asked for twice: so always from an activation that is current.
    private async Task<TAnswer> Confirmed<TAnswer>(TAnswer answer)
    {
        await payment.ConfirmCurrent();
        return answer;
    }

    /// <summary>
    /// Runs up to the commit without a pause: the decision holds for the books it was made from. An authorization is stored together with
    /// what becomes of it, its capture or its end: until then nobody depends on these books, and who has lost them learns it again, by the
    /// same key, from the gateway.
    /// </summary>
    private async Task<TAnswer> Settle<TAnswer>(PaymentDecision<TAnswer> decision, TraceContext trace)
    {
        if (decision.Fact is not { } fact)
            return await Confirmed(decision.Answer);

        // Whoever has captured has authorized: the books may hear of both at once.
        if (fact is PaymentCaptured captured && Books.Authorization(captured.AuthorizationKey) is null)
            Note(new PaymentAuthorized(captured.AuthorizationKey, captured.Amount), trace);
        Note(fact, trace);
        if (fact is PaymentAuthorized)
            return decision.Answer;

        var now = leaving;
        leaving = new Outgoing();
        await payment.Commit(Books, now);
        CrashPoints.Booked(fact)?.Reach();
        return decision.Answer;
    }

    private void Note(IPaymentFact fact, TraceContext trace)
    {
        var next = Books.Evolve(fact);
        facts.Publish(leaving, next.Sequence, clock.GetUtcNow(), trace, fact);
        payment.Stage(next);
    }
}
