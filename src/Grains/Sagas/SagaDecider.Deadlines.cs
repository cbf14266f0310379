using System.Diagnostics;
using Shop.Events;
using Shop.Orders;

namespace Shop.Sagas;

// Deadlines: `DueAt` is state; being called early is harmless.
public static partial class SagaDecider
{
    private static SagaDecision Due(SagaState state, SagaOptions options, DateTimeOffset now)
    {
        if (state.DueAt is not { } dueAt || now < dueAt)
            return SagaDecision.Nothing(state);

        return state.Step switch
        {
            SagaStep.Reserving => ReservingIsDue(state, options, now),
            // Whether the command was sent or not, nobody knows what came of it.
            SagaStep.Authorizing => AndLookUp(AuthorizationUnknown(state, state.CurrentAttempt.Number, options, now)),
            SagaStep.Capturing => AndLookUp(CaptureUnknown(state, state.CurrentAttempt.Number, options, now)),
            SagaStep.AwaitingPayment => Compensate(state, OrderEndReason.PaymentDeclined, options, now),
            SagaStep.AuthorizationUnknown when IsToBeGivenUp(state, dueAt, options, now) => Compensate(state, OrderEndReason.PaymentTimeout, options, now),
            SagaStep.AuthorizationUnknown or SagaStep.CaptureUnknown => Again(state, options.LookupDelay(state.Tries + 1), options, now),
            SagaStep.Confirmed => Fulfil(state, options, now),
            SagaStep.Fulfilling or SagaStep.Compensating or SagaStep.Completed or SagaStep.Cancelled or SagaStep.Rejected
                => Again(state, options.RedriveDelay(state.Tries + 1), options, now),
            _ => throw new UnreachableException(),
        };
    }

    private static SagaDecision ReservingIsDue(SagaState state, SagaOptions options, DateTimeOffset now)
    {
        if (state.Tries >= options.ReserveRetries)
            return Compensate(state, OrderEndReason.InsufficientStock, options, now);
        state = state with { Tries = state.Tries + 1, DueAt = now + options.ReserveTimeout };
        return AskAgain(state, SagaWrite.BeforeCommands, options, now);
    }

    /// <summary>After an outage longer than the limit nobody has asked lately: a look-up comes before giving up.</summary>
    private static bool IsToBeGivenUp(SagaState state, DateTimeOffset dueAt, SagaOptions options, DateTimeOffset now) =>
        state.Tries > 0 && now - dueAt < options.AuthorizationUnknownLimit && now - state.StepSince >= options.AuthorizationUnknownLimit;

    private static SagaDecision Fulfil(SagaState state, SagaOptions options, DateTimeOffset now)
    {
        state = Enter(state, SagaStep.Fulfilling, now, now + options.RedriveDelay(0)).With(now, new OrderFulfilmentStarted());
        return new SagaDecision(state, SagaWrite.BeforeCommands, Outstanding(state));
    }

    /// <summary>
    /// Asks again for what is outstanding; after long enough, a person is told. Stored first: the write that began the step may still be under
    /// way, and be lost in the end, and what goes out now rests on it as the first round did.
    /// </summary>
    private static SagaDecision Again(SagaState state, TimeSpan pause, SagaOptions options, DateTimeOffset now)
    {
        state = state with { Tries = state.Tries + 1, DueAt = now + pause };
        if (!state.NeedsAttention && now - state.StepSince >= options.AttentionAfter)
            state = (state with { NeedsAttention = true }).WithIfRoom(now, new OrderNeedsAttention($"{state.Step} since {state.StepSince:O}"));
        return new SagaDecision(state, SagaWrite.BeforeCommands, Outstanding(state));
    }

    private static SagaDecision AndLookUp(SagaDecision decision) => decision.Write == SagaWrite.None
        ? decision
        : decision with { Commands = Outstanding(decision.State) };
}
