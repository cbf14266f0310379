using System.Diagnostics;
using Shop.Events;
using Shop.Orders;

namespace Shop.Sagas;

// What people ask of an order. Requests are remembered with their answers, so that repeating one repeats its answer.
public static partial class SagaDecider
{
    private static SagaDecision Cancel(SagaState state, SagaInput.CancelRequested request, SagaOptions options, DateTimeOffset now)
    {
        if (Remembered(state, request.Key, request.RequestHash, payment: false) is { } answer)
            return SagaDecision.Nothing(state, answer);

        return state.Step switch
        {
            SagaStep.Reserving or SagaStep.AwaitingPayment or SagaStep.AuthorizationUnknown
                => Compensate(Remember(state, request, RequestAnswer.CancelGranted), request.Reason, options, now)
                    with { Answer = new SagaAnswer.CancelGranted(false) },
            SagaStep.Confirmed
                => Compensate(Remember(state, request, RequestAnswer.CancelRefundPending), request.Reason, options, now)
                    with { Answer = new SagaAnswer.CancelRefundPending(false) },
            SagaStep.Authorizing => Flag(state, request, RequestAnswer.CancelGranted, now),
            SagaStep.Capturing or SagaStep.CaptureUnknown => Flag(state, request, RequestAnswer.CancelRefundPending, now),
            SagaStep.Compensating or SagaStep.Cancelled => Note(state, request, AlreadyEnding(state)),
            SagaStep.Fulfilling or SagaStep.Completed or SagaStep.Rejected => Note(state, request, RequestAnswer.CancelTooLate),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>A payment's answer is outstanding: it decides how the cancellation is done, not whether.</summary>
    private static SagaDecision Flag(SagaState state, SagaInput.CancelRequested request, RequestAnswer answer, DateTimeOffset now)
    {
        if (state.CancelRequested is not null)
            return Note(state, request, answer);
        state = (Remember(state, request, answer) with { CancelRequested = request.Reason }).With(now, new OrderCancellationRequested());
        return new SagaDecision(state, SagaWrite.BeforeCommands, [], ToAnswer(answer, replayed: false));
    }

    /// <summary>Changes nothing of the order, but the answer stands; a client cannot make the state grow without end, though.</summary>
    private static SagaDecision Note(SagaState state, SagaInput.CancelRequested request, RequestAnswer answer) =>
        state.Requests.Length < SagaState.MaximumRequests
            ? new SagaDecision(Remember(state, request, answer), SagaWrite.BeforeCommands, [], ToAnswer(answer, replayed: false))
            : SagaDecision.Nothing(state, ToAnswer(answer, replayed: false));

    private static RequestAnswer AlreadyEnding(SagaState state)
    {
        if (state.EndReason is not (OrderEndReason.CustomerRequest or OrderEndReason.MerchantRequest))
            return RequestAnswer.CancelTooLate;
        return state.Attempts.Any(a => a.Status is AttemptStatus.Captured or AttemptStatus.Refunded)
            ? RequestAnswer.CancelRefundPending
            : RequestAnswer.CancelGranted;
    }

    private static SagaDecision Pay(SagaState state, SagaInput.PaymentMethodGiven request, SagaOptions options, DateTimeOffset now)
    {
        if (Remembered(state, request.Key, request.RequestHash, payment: true) is { } answer)
            return SagaDecision.Nothing(state, answer);
        if (state.Step != SagaStep.AwaitingPayment)
            return SagaDecision.Nothing(state, new SagaAnswer.PaymentNotAwaited());

        var attempt = new PaymentAttempt(state.Attempts.Length + 1, request.Method, AttemptStatus.Asked);
        state = Enter(state, SagaStep.Authorizing, now, now + options.AuthorizeTimeout) with { Attempts = state.Attempts.Add(attempt) };
        state = state.With(now, new OrderPaymentMethodChanged(attempt.Number));
        state = state with { Requests = state.Requests.Add(new(request.Key, request.RequestHash, RequestAnswer.PaymentAccepted, state.Sequence)) };
        // Durable before it is sent: after a crash the new attempt's key must still be known, to be voided if need be.
        return new SagaDecision(
            state, SagaWrite.BeforeCommands, [new SagaCommand.Authorize(attempt.Number)], new SagaAnswer.PaymentAccepted(false));
    }

    private static SagaDecision Retry(SagaState state, SagaInput.RetryRequested request, SagaOptions options, DateTimeOffset now)
    {
        if (Outstanding(state).IsEmpty)
            return SagaDecision.Nothing(state, new SagaAnswer.NothingToRetry());

        state = (state with { Tries = 0, DueAt = now + RetryPause(state, options), NeedsAttention = false, StepSince = now })
            .WithIfRoom(now, new OrderRetried(request.Operator));
        return AskAgain(state, SagaWrite.BeforeCommands, options, now) with { Answer = new SagaAnswer.Retrying() };
    }

    private static TimeSpan RetryPause(SagaState state, SagaOptions options) => state.Step switch
    {
        SagaStep.Reserving => options.ReserveTimeout,
        SagaStep.Authorizing => options.AuthorizeTimeout,
        SagaStep.Capturing => options.CaptureTimeout,
        SagaStep.AuthorizationUnknown or SagaStep.CaptureUnknown => options.LookupDelay(0),
        _ => options.RedriveDelay(0),
    };

    private static SagaState Remember(SagaState state, SagaInput.CancelRequested request, RequestAnswer answer) =>
        state with { Requests = state.Requests.Add(new(request.Key, request.RequestHash, answer, state.Sequence)) };

    private static SagaAnswer? Remembered(SagaState state, string key, string hash, bool payment)
    {
        foreach (var request in state.Requests)
        {
            // Bodies alone do not tell a payment from a cancellation: both may be empty, or hash to the same by a client's doing.
            if (request.Key == key)
            {
                return request.RequestHash == hash && payment == (request.Answer == RequestAnswer.PaymentAccepted)
                    ? ToAnswer(request.Answer, replayed: true)
                    : new SagaAnswer.Mismatch();
            }
        }

        return null;
    }

    private static SagaAnswer ToAnswer(RequestAnswer answer, bool replayed) => answer switch
    {
        RequestAnswer.CancelGranted => new SagaAnswer.CancelGranted(replayed),
        RequestAnswer.CancelRefundPending => new SagaAnswer.CancelRefundPending(replayed),
        RequestAnswer.PaymentAccepted => new SagaAnswer.PaymentAccepted(replayed),
        RequestAnswer.CancelTooLate => new SagaAnswer.CancelTooLate(replayed),
        _ => throw new UnreachableException(),
    };
}
