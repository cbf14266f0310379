using Shop.Events;
using Shop.Orders;

namespace Shop.Sagas;

// Stock: all lines held, or none.
public static partial class SagaDecider
{
    private static SagaDecision LineHeld(SagaState state, int line, SagaOptions options, DateTimeOffset now)
    {
        // Late, after compensation began: the release under way, or its tombstone, ends this hold.
        if (state.Step != SagaStep.Reserving || state.Lines[line - 1] != LineStatus.Asked)
            return SagaDecision.Nothing(state);

        state = state.With(line, LineStatus.Held);
        if (state.Lines.Contains(LineStatus.Asked))
            return new SagaDecision(state, SagaWrite.InMemory, []);

        state = Enter(state, SagaStep.Authorizing, now, now + options.AuthorizeTimeout).With(now, new OrderReserved());
        // After a crash the lines answer "held" again and the same authorization key is sent again: no write needed here.
        return new SagaDecision(state, SagaWrite.InMemory, [new SagaCommand.Authorize(state.CurrentAttempt.Number)]);
    }

    /// <summary>A line that is held is never refused: such a refusal is an older answer to the same key, overtaken by the hold.</summary>
    private static SagaDecision LineRefused(SagaState state, int line, SagaOptions options, DateTimeOffset now) =>
        state.Lines[line - 1] == LineStatus.Asked ? CannotReserve(state, options, now) : SagaDecision.Nothing(state);

    /// <summary>
    /// The limit was over, or stock has forgotten others by a clock that is ahead: the order gets a limit that lies after both, durable before it
    /// is used. Had another activation ended the order, and stock forgotten it, then this commit conflicts, and nothing is sent.
    /// Tries count the limits that did not do, not the answers: the lines of one round may meet marks each later than the one before.
    /// </summary>
    private static SagaDecision LineTooLate(SagaState state, SagaInput.LineTooLate answer, SagaOptions options, DateTimeOffset now)
    {
        if (state.Step != SagaStep.Reserving || state.Lines[answer.Line - 1] != LineStatus.Asked)
            return SagaDecision.Nothing(state);
        // The current limit does: the Reserves under it have their own answers.
        if (answer.Until < state.ReserveNotAfter)
            return SagaDecision.Nothing(state);
        var isCurrent = answer.Limit == state.ReserveNotAfter;
        if (isCurrent && state.Tries >= options.ReserveRetries)
            return Compensate(state, OrderEndReason.InsufficientStock, options, now);

        state = state with
        {
            ReserveNotAfter = (answer.Until > now ? answer.Until : now) + options.ReserveLifetime,
            Tries = isCurrent ? state.Tries + 1 : state.Tries,
            DueAt = now + options.ReserveTimeout,
        };
        return new SagaDecision(state, SagaWrite.BeforeCommands, Outstanding(state));
    }

    private static SagaDecision CannotReserve(SagaState state, SagaOptions options, DateTimeOffset now) =>
        state.Step == SagaStep.Reserving
            ? Compensate(state, OrderEndReason.InsufficientStock, options, now)
            : SagaDecision.Nothing(state);

    private static SagaDecision LineShipped(SagaState state, int line, DateTimeOffset now)
    {
        if (state.Step != SagaStep.Fulfilling || state.Lines[line - 1] != LineStatus.Held)
            return SagaDecision.Nothing(state);

        state = state.With(line, LineStatus.Shipped);
        if (state.Lines.Contains(LineStatus.Held))
            return new SagaDecision(state, SagaWrite.InMemory, []);

        state = Enter(state, SagaStep.Completed, now, dueAt: null).With(now, new OrderCompleted());
        return new SagaDecision(state, SagaWrite.BeforeCommands, []);
    }
}
