using Shop.Events;
using Shop.Gateway;
using Shop.Values;

namespace Shop.Payments;

/// <summary>
/// What an operation comes to. <c>Recall</c> is asked before the gateway: what the books already say, null when the gateway has
/// to be asked. <c>Conclude</c> is asked when the gateway has answered, against the books as they are by then.
/// </summary>
internal static partial class PaymentDecider
{
    public static AuthorizeResult? Recall(PaymentState state, AuthorizePayment command) => state.Authorization(command.Key) switch
    {
        null => null,
        { Outcome: PaymentOutcome.Voided } => new AuthorizeResult.Voided(),
        { Outcome: PaymentOutcome.Refused } refused => new AuthorizeResult.Declined(refused.Code!),
        _ => new AuthorizeResult.Authorized(),
    };

    public static PaymentDecision<AuthorizeResult> Conclude(
        PaymentState state, AuthorizePayment command, GatewayReply<GatewayAuthorization> reply)
    {
        // A void stored while the gateway was thinking stands: what it now authorizes is to be ended there, not brought to life here.
        if (Recall(state, command) is { } known)
            return new(known, null, EndAtGateway: known is AuthorizeResult.Voided && reply.Answer is GatewayAuthorization.Authorized);

        return reply.Answer switch
        {
            GatewayAuthorization.Authorized a => new(new AuthorizeResult.Authorized(), new PaymentAuthorized(command.Key, a.Amount)),
            GatewayAuthorization.Declined d => new(new AuthorizeResult.Declined(d.Code), new PaymentDeclined(command.Key, d.Code, d.Amount)),
            GatewayAuthorization.Voided v => new(new AuthorizeResult.Voided(), new PaymentVoided(command.Key, v.Amount)),
            _ => new(new AuthorizeResult.Unknown(reply.Why), null),
        };
    }

    /// <summary>Null also when the books do not have the authorization.</summary>
    public static CaptureResult? Recall(PaymentState state, CapturePayment command) =>
        (state.Capture(command.Key), state.Authorization(command.AuthorizationKey)) switch
        {
            ({ Outcome: PaymentOutcome.Succeeded }, _) => new CaptureResult.Captured(),
            ({ } failed, _) => new CaptureResult.Failed(failed.Code!),
            (_, { Outcome: PaymentOutcome.Voided }) => new CaptureResult.Failed(PaymentCodes.AuthorizationVoided),
            (_, { Outcome: PaymentOutcome.Refused }) => new CaptureResult.Failed(PaymentCodes.AuthorizationDeclined),
            (_, { } authorized) when !Fits(command.Amount, authorized.Amount, state.Sum(PaymentOperationKind.Capture, authorized.Key)) =>
                new CaptureResult.Failed(PaymentCodes.ExceedsAuthorization),
            _ => null,
        };

    public static PaymentDecision<CaptureResult> Conclude(PaymentState state, CapturePayment command, GatewayReply<GatewayCapture> reply)
    {
        if (state.Capture(command.Key) is not null)
            return new(Recall(state, command)!, null);

        return reply.Answer switch
        {
            GatewayCapture.Captured c => new(
                new CaptureResult.Captured(), new PaymentCaptured(command.Key, command.AuthorizationKey, c.Amount)),
            GatewayCapture.Failed f => new(
                new CaptureResult.Failed(f.Code), new PaymentCaptureFailed(command.Key, f.Code, command.AuthorizationKey, f.Amount)),
            _ => new(new CaptureResult.Unknown(reply.Why), null),
        };
    }

    public static VoidResult? Recall(PaymentState state, VoidPayment command)
    {
        if (state.CaptureOf(command.AuthorizationKey) is { } captured)
            return new VoidResult.AlreadyCaptured(captured.Key);
        return state.Authorization(command.AuthorizationKey)?.Outcome is PaymentOutcome.Voided or PaymentOutcome.Refused
            ? new VoidResult.Voided()
            : null;
    }

    public static PaymentDecision<VoidResult> Conclude(PaymentState state, VoidPayment command, GatewayReply<GatewayVoid> reply)
    {
        if (Recall(state, command) is { } known)
            return new(known, null);

        var key = command.AuthorizationKey;
        return reply.Answer switch
        {
            GatewayVoid.Voided v => new(new VoidResult.Voided(), new PaymentVoided(key, state.Authorization(key)?.Amount ?? v.Amount)),
            GatewayVoid.Declined d => new(new VoidResult.Voided(), new PaymentDeclined(key, d.Code, d.Amount)),
            // A capture whose answer was lost: the books take it up, so that it can be refunded.
            GatewayVoid.Captured c => new(new VoidResult.AlreadyCaptured(c.CaptureKey), new PaymentCaptured(c.CaptureKey, key, c.Amount)),
            _ => new(new VoidResult.Unknown(reply.Why), null),
        };
    }

    public static RefundResult? Recall(PaymentState state, RefundPayment command) =>
        (state.Refund(command.Key), state.Capture(command.CaptureKey)) switch
        {
            ({ }, _) => new RefundResult.Refunded(),
            (_, { Outcome: PaymentOutcome.Succeeded } captured) =>
                Fits(command.Amount, captured.Amount, state.Sum(PaymentOperationKind.Refund, captured.Key))
                    ? null
                    : new RefundResult.Failed(PaymentCodes.ExceedsCapture),
            _ => new RefundResult.Failed(PaymentCodes.CaptureNotFound),
        };

    /// <summary>A refusal is not stored: it changes nothing, and the gateway repeats it.</summary>
    public static PaymentDecision<RefundResult> Conclude(PaymentState state, RefundPayment command, GatewayReply<GatewayRefund> reply)
    {
        if (state.Refund(command.Key) is not null)
            return new(new RefundResult.Refunded(), null);

        return reply.Answer switch
        {
            GatewayRefund.Refunded r => new(new RefundResult.Refunded(), new PaymentRefunded(command.Key, command.CaptureKey, r.Amount)),
            GatewayRefund.Failed f => new(new RefundResult.Failed(f.Code), null),
            _ => new(new RefundResult.Unknown(reply.Why), null),
        };
    }

    private static bool Fits(Money amount, Money limit, long taken) =>
        amount.Currency == limit.Currency && amount.Amount >= 0 && amount.Amount <= limit.Amount - taken;
}
