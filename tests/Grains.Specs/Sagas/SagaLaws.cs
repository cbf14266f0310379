using System.Collections.Immutable;
using Shop.Events;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Specs.Sagas;

/// <summary>What has to be true of every decision, whatever the spec is about.</summary>
internal static class SagaLaws
{
    public static void HoldAtTheStart(SagaDecision decision, SagaOptions options, DateTimeOffset now)
    {
        // What is not stored before it goes out has to be the same when it is done again: so, too, the limit its Reserves carry.
        var repeatable = decision.State.ReserveNotAfter == decision.State.Placement.PlacedAt + options.ReserveLifetime;
        Assert.Equal(repeatable ? SagaWrite.InMemory : SagaWrite.BeforeCommands, decision.Write);
        Assert.True(decision.State.ReserveNotAfter >= now + options.ReserveTimeout, "Stock would refuse the first Reserves.");
        TheTimelineFoldsToTheStatus(decision.State);
        TheRowWakesWhateverIsOutstanding(decision, options, now);
    }

    public static void Hold(SagaState before, SagaInput input, SagaDecision decision, SagaOptions options, DateTimeOffset now)
    {
        var after = decision.State;
        TheTimelineFoldsToTheStatus(after);
        Assert.True(after.Timeline.Take(before.Timeline.Length).SequenceEqual(before.Timeline), "A fact was changed or taken back.");
        AnEndNeverMoves(before, after);
        AStepBeginsNow(before, after, now);
        WhatWasPromisedIsStored(before, decision);
        WhatCannotBeRepeatedIsStoredFirst(before, decision);
        Assert.True(after.ReserveNotAfter >= before.ReserveNotAfter, "A Reserve is under way that the tombstones will not outlive.");
        CommandsFitTheState(decision);
        NothingGoesOutAheadOfItsStep(input, decision);
        LinesAndMoneyFitTheStep(after);
        TheRowWakesWhateverIsOutstanding(decision, options, now);

        // Pure: the same question has the same answer.
        var again = SagaDecider.Decide(before, input, options, now);
        Assert.Equal(decision.Write, again.Write);
        Assert.Equal(decision.Answer, again.Answer);
        Assert.True(decision.Commands.SequenceEqual(again.Commands), "The same input led to other commands.");
    }

    private static void TheTimelineFoldsToTheStatus(SagaState state)
    {
        var status = OrderStatus.Placed;
        var sequence = 1L;
        foreach (var entry in state.Timeline)
        {
            Assert.Equal(++sequence, entry.Sequence);
            status = OrderStatusOf.After(status, entry.Fact);
        }

        Assert.Equal(state.Status, status);
        Assert.Equal(state.Sequence, sequence);
    }

    private static void AnEndNeverMoves(SagaState before, SagaState after)
    {
        if (!before.IsFinal)
            return;
        Assert.Equal(before.Step, after.Step);
        Assert.Equal(before.EndReason, after.EndReason);
        Assert.Equal(before.Lines, after.Lines);
        Assert.Equal(before.Requests, after.Requests.Take(before.Requests.Length));
    }

    /// <summary>Its limits count from here, and what a person was called for is over.</summary>
    private static void AStepBeginsNow(SagaState before, SagaState after, DateTimeOffset now)
    {
        if (before.Step != after.Step)
            Assert.Equal((now, 0, false), (after.StepSince, after.Tries, after.NeedsAttention));
    }

    private static void WhatWasPromisedIsStored(SagaState before, SagaDecision decision)
    {
        if (decision.Write == SagaWrite.None)
            Assert.Same(before, decision.State);
        else
            Assert.NotSame(before, decision.State);
        if (decision.Answer is not null && decision.Write != SagaWrite.None)
            Assert.Equal(SagaWrite.BeforeCommands, decision.Write);
    }

    /// <summary>
    /// After a crash the answers are asked for again. What they alone decide (a line is held, a release acknowledged) may be forgotten;
    /// what people said, why an order ends, a payment that was tried, and every step but the one into Authorizing may not.
    /// </summary>
    private static void WhatCannotBeRepeatedIsStoredFirst(SagaState before, SagaDecision decision)
    {
        if (decision.Write == SagaWrite.BeforeCommands)
            return;
        var after = decision.State;
        Assert.True(
            before.Step == after.Step || (before.Step, after.Step) == (SagaStep.Reserving, SagaStep.Authorizing),
            $"{before.Step} → {after.Step} has to be stored before its commands go out.");
        Assert.Equal(before.Attempts.Length, after.Attempts.Length);
        Assert.Equal(before.Requests, after.Requests);
        Assert.Equal(before.CancelRequested, after.CancelRequested);
        Assert.Equal(before.EndReason, after.EndReason);
        Assert.Equal(before.HoldsUntil, after.HoldsUntil);
        Assert.Equal(before.ReserveNotAfter, after.ReserveNotAfter);
        Assert.Equal(before.NeedsAttention, after.NeedsAttention);
        if (before.Step != SagaStep.Compensating)
            Assert.Equal(before.Attempts, after.Attempts);
    }

    /// <summary>
    /// The write that began a step may hang, even fail, while its deadline passes and answers come: then nobody must have shipped,
    /// charged or given back anything. Only what a start from the placement would send again may go out ahead of the state.
    /// </summary>
    private static void NothingGoesOutAheadOfItsStep(SagaInput input, SagaDecision decision)
    {
        // A new activation starts from what is stored; and a look-up that found nothing went out once its step was.
        if (decision.Write == SagaWrite.BeforeCommands || input is SagaInput.Resumed or SagaInput.AuthorizationNotFound or SagaInput.CaptureNotFound)
            return;
        Assert.All(decision.Commands, command => Assert.Equal(new SagaCommand.Authorize(1), command));
    }

    private static void CommandsFitTheState(SagaDecision decision)
    {
        var state = decision.State;
        Assert.Distinct(decision.Commands);
        foreach (var command in decision.Commands)
        {
            var fits = command switch
            {
                SagaCommand.Reserve c => state.Step == SagaStep.Reserving && state.Lines[c.Line - 1] == LineStatus.Asked
                    && c.NotAfter == state.ReserveNotAfter,
                SagaCommand.Ship c => state.Step == SagaStep.Fulfilling && state.Lines[c.Line - 1] == LineStatus.Held,
                SagaCommand.Release c => state.Step == SagaStep.Compensating && state.Lines[c.Line - 1] is LineStatus.Asked or LineStatus.Held,
                SagaCommand.Authorize or SagaCommand.LookupAuthorization => state.Step is SagaStep.Authorizing or SagaStep.AuthorizationUnknown,
                SagaCommand.Capture or SagaCommand.LookupCapture => state.Step is SagaStep.Capturing or SagaStep.CaptureUnknown,
                SagaCommand.Void c => IsUndoing(state) && state.Attempts[c.Attempt - 1].Status != AttemptStatus.Captured,
                SagaCommand.Refund c => IsUndoing(state) && state.Attempts[c.Attempt - 1].Status == AttemptStatus.Captured,
                _ => false,
            };
            Assert.True(fits, $"{command} does not fit {state.Step}.");
        }
    }

    private static bool IsUndoing(SagaState state) => state.Step == SagaStep.Compensating || state.IsFinal;

    private static void LinesAndMoneyFitTheStep(SagaState state)
    {
        ImmutableArray<LineStatus> lines = state.Step switch
        {
            SagaStep.Reserving => [LineStatus.Asked, LineStatus.Held],
            SagaStep.Fulfilling => [LineStatus.Held, LineStatus.Shipped],
            SagaStep.Completed => [LineStatus.Shipped],
            SagaStep.Compensating => [LineStatus.Asked, LineStatus.Held, LineStatus.Released],
            SagaStep.Cancelled or SagaStep.Rejected => [LineStatus.Released],
            _ => [LineStatus.Held],
        };
        Assert.All(state.Lines, line => Assert.Contains(line, lines));

        // Nobody may wait for a customer, or deliver, against a cancellation that was granted.
        if (state.CancelRequested is not null)
        {
            Assert.Contains(state.Step, (SagaStep[])
                [SagaStep.Authorizing, SagaStep.Capturing, SagaStep.CaptureUnknown, SagaStep.Compensating, SagaStep.Cancelled]);
        }

        if (state.Step is SagaStep.Confirmed or SagaStep.Fulfilling or SagaStep.Completed)
            Assert.Equal(AttemptStatus.Captured, state.CurrentAttempt.Status);
        if (state.Step is SagaStep.Cancelled or SagaStep.Rejected && state.DueAt is null)
            Assert.All(state.Attempts, a => Assert.Contains(a.Status, (AttemptStatus[])[AttemptStatus.Declined, AttemptStatus.Voided, AttemptStatus.Refunded]));
        Assert.Equal(state.Step is SagaStep.Compensating or SagaStep.Cancelled or SagaStep.Rejected, state.EndReason is not null);
    }

    private static void TheRowWakesWhateverIsOutstanding(SagaDecision decision, SagaOptions options, DateTimeOffset now)
    {
        var state = decision.State;
        var outstanding = !SagaDecider.Outstanding(state).IsEmpty;
        Assert.True(state.DueAt is not null || (state.IsFinal && !outstanding), $"{state.Step} waits without a deadline.");
        Assert.True(state.DueAt is null || !state.IsFinal || outstanding, $"{state.Step} has a deadline for nothing.");

        // What is kept in memory leaves the row as it is, so there has to be one.
        var row = decision.Write is SagaWrite.None or SagaWrite.InMemory ? state : SagaWatchdog.Plan(state, options, now).State;
        Assert.Equal(state.DueAt is null, row.WatchdogAt is null);
    }
}
