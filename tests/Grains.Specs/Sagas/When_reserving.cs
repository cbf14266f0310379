using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_reserving
{
    private static readonly TimeSpan Timeout = new SagaOptions().ReserveTimeout;

    [Fact]
    public void Should_ask_for_every_line_at_once_and_store_nothing() =>
        Given.Started(lines: 3).ThenReserving(1, 2, 3)
            .Stored(SagaWrite.InMemory)
            .Noting(new OrderAccepted())
            .DueIn(Timeout);

    [Fact]
    public void Should_give_a_repeated_start_the_limit_of_the_first()
    {
        // Its Reserves go out, and it is not stored. Were it lost, and done again on another clock, these must not outlive the next one's
        // tombstones.
        var first = Given.Reserving().State;
        var again = SagaDecider.Start(Given.Placement(), new SagaOptions(), SagaUnderSpec.Beginning.AddSeconds(-20));

        Assert.Equal(first.ReserveNotAfter, again.State.ReserveNotAfter);
        Assert.Equal(SagaWrite.InMemory, again.Write);
    }

    [Fact]
    public void Should_store_a_limit_of_its_own_first_when_it_starts_long_after_the_placement()
    {
        var late = SagaUnderSpec.Beginning.AddMinutes(5);

        var start = SagaDecider.Start(Given.Placement(), new SagaOptions(), late);

        Assert.Equal(SagaWrite.BeforeCommands, start.Write);
        Assert.Equal(late + new SagaOptions().ReserveLifetime, start.State.ReserveNotAfter);
        Assert.Equal([new Reserve(1, start.State.ReserveNotAfter), new Reserve(2, start.State.ReserveNotAfter)], start.Commands);
    }

    [Fact]
    public void Should_authorize_when_the_last_line_is_held_in_whatever_order_they_answer() =>
        Given.Started(lines: 3)
            .When(new LineHeld(3)).Then(SagaStep.Reserving).Stored(SagaWrite.InMemory)
            .When(new LineHeld(1)).Then(SagaStep.Reserving).Stored(SagaWrite.InMemory)
            .When(new LineHeld(2)).Then(SagaStep.Authorizing, new Authorize(1)).Stored(SagaWrite.InMemory)
            .Noting(new OrderReserved())
            .DueIn(new SagaOptions().AuthorizeTimeout);

    [Fact]
    public void Should_give_itself_more_time_after_an_outage_that_outlasted_the_first_limit()
    {
        var saga = Given.Reserving().After(TimeSpan.FromMinutes(5)).When(new Resumed());

        saga.ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands);
        Assert.True(saga.State.ReserveNotAfter > saga.Now + Timeout, "Stock would refuse a Reserve that comes after its limit.");
    }

    [Fact]
    public void Should_undo_everything_derivable_when_a_line_is_refused() =>
        Given.Reserving().When(new LineHeld(1)).When(new LineRefused(2))
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderCompensationStarted(OrderEndReason.InsufficientStock));

    [Fact]
    public void Should_turn_back_when_a_hold_it_had_has_ended() =>
        Given.Reserving().When(new LineHeld(1)).When(new LineEnded(1))
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));

    [Fact]
    public void Should_ask_again_only_for_lines_that_have_not_answered() =>
        Given.Reserving().When(new LineHeld(1)).WhenDue()
            .ThenReserving(2).Stored(SagaWrite.BeforeCommands).DueIn(Timeout);

    [Fact]
    public void Should_ask_five_times_more_and_then_turn_back()
    {
        var saga = Given.Reserving();
        for (var again = 1; again <= 5; again++)
            saga.WhenDue().ThenReserving(1, 2);

        Assert.True(saga.Now < saga.State.ReserveNotAfter, "The last Reserve still has to count.");
        saga.WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));
        Assert.True(saga.Now < saga.State.ReserveNotAfter, "The tombstones have to outlive the last Reserve.");
    }

    [Fact]
    public void Should_start_over_after_a_crash_and_send_the_same_keys()
    {
        var saga = Given.Reserving();
        var stored = saga.State;
        saga.When(new LineHeld(1), new LineHeld(2)).Then(SagaStep.Authorizing, new Authorize(1))
            .ResumedFrom(stored).ThenReserving(1, 2)
            .When(new LineHeld(2), new LineHeld(1)).Then(SagaStep.Authorizing, new Authorize(1));
    }

    [Fact]
    public void Should_be_woken_by_the_row_that_came_with_the_placement() =>
        Given.Started().And(s => Assert.Equal(SagaUnderSpec.Beginning + new SagaOptions().EnsureStartedAfter, s.WatchdogAt));
}
