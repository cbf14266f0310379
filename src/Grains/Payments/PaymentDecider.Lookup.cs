using Shop.Events;
using Shop.Gateway;

namespace Shop.Payments;

internal static partial class PaymentDecider
{
    public static LookupResult? Recall(PaymentState state, LookupPayment command) =>
        (state.Authorization(command.Key), state.Capture(command.Key)) switch
        {
            ({ Outcome: PaymentOutcome.Succeeded }, _) => new LookupResult.Authorized(),
            ({ Outcome: PaymentOutcome.Voided }, _) => new LookupResult.Voided(),
            ({ } refused, _) => new LookupResult.Declined(refused.Code!),
            (_, { Outcome: PaymentOutcome.Succeeded }) => new LookupResult.Captured(),
            (_, { } failed) => new LookupResult.CaptureFailed(failed.Code!),
            _ => null,
        };

    /// <summary>What surfaces at the gateway is taken into the books.</summary>
    public static PaymentDecision<LookupResult> Conclude(
        PaymentState state, LookupPayment command, GatewayReply<GatewayAuthorization> reply)
    {
        if (Recall(state, command) is { } known)
            return new(known, null, EndAtGateway: known is LookupResult.Voided && reply.Answer is GatewayAuthorization.Authorized);

        return reply.Answer switch
        {
            GatewayAuthorization.Authorized a => new(new LookupResult.Authorized(), new PaymentAuthorized(command.Key, a.Amount)),
            GatewayAuthorization.Declined d => new(new LookupResult.Declined(d.Code), new PaymentDeclined(command.Key, d.Code, d.Amount)),
            GatewayAuthorization.Voided v => new(new LookupResult.Voided(), new PaymentVoided(command.Key, v.Amount)),
            GatewayAuthorization.NotFound => new(new LookupResult.NotFound(), null),
            _ => new(new LookupResult.Unknown(reply.Why), null),
        };
    }

    public static PaymentDecision<LookupResult> Conclude(
        PaymentState state, LookupPayment command, string authorizationKey, GatewayReply<GatewayCapture> reply)
    {
        if (Recall(state, command) is { } known)
            return new(known, null);

        return reply.Answer switch
        {
            GatewayCapture.Captured c => new(new LookupResult.Captured(), new PaymentCaptured(command.Key, authorizationKey, c.Amount)),
            GatewayCapture.Failed f => new(
                new LookupResult.CaptureFailed(f.Code), new PaymentCaptureFailed(command.Key, f.Code, authorizationKey, f.Amount)),
            GatewayCapture.NotFound => new(new LookupResult.NotFound(), null),
            _ => new(new LookupResult.Unknown(reply.Why), null),
        };
    }
}
