using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using Shop.Stock;
using Shop.Values;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>Clocks that differ, and starts that come late, are no reason to refuse goods that are there: stock and saga find a limit for both.</summary>
public sealed class When_a_reserve_comes_too_late
{
    private static readonly TimeSpan Lifetime = new SagaOptions().ReserveLifetime;

    private static readonly DateTimeOffset FirstLimit = SagaUnderSpec.Beginning + Lifetime;

    private static readonly StockState Stock = new() { OnHand = 10 };

    [Fact]
    public void Should_hold_the_order_when_the_clock_was_set_back_after_stock_had_forgotten_another()
    {
        // Placed, ended and forgotten an hour ahead.
        var another = new ReleaseStock(new ReservationId(new OrderId(Guid.NewGuid()), 1, 1), SagaUnderSpec.Beginning.AddHours(1), new TraceContext("c"));
        var forgotten = StockDecider.Release(Stock, null, another, another.NotAfter.AddTicks(1)).Effect!.Next;

        var saga = Given.Reserving();
        Ask(saga, forgotten, saga.Now).ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands)
            .And(s => Assert.Equal(another.NotAfter + Lifetime, s.ReserveNotAfter));
        Ask(saga, forgotten, saga.Now).Then(SagaStep.Authorizing, new SagaCommand.Authorize(1));
    }

    [Fact]
    public void Should_hold_an_order_whose_saga_began_late_and_lost_its_first_call()
    {
        var saga = new SagaUnderSpec(Given.Placement() with { PlacedAt = SagaUnderSpec.Beginning.AddSeconds(-200) }, new SagaOptions());
        var first = saga.State.ReserveNotAfter;

        Ask(saga.After(TimeSpan.FromSeconds(41)), Stock, saga.Now).ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands).DueIn(saga.Options.ReserveTimeout);
        Assert.True(saga.State.ReserveNotAfter > first);
        Ask(saga, Stock, saga.Now).Then(SagaStep.Authorizing, new SagaCommand.Authorize(1));
    }

    [Fact]
    public void Should_hold_an_order_whose_saga_lags_behind_stock()
    {
        var saga = Given.Reserving();
        Ask(saga, Stock, saga.Now.AddMinutes(10)).ThenReserving(1, 2).And(s => Assert.Equal(saga.Now.AddMinutes(10) + Lifetime, s.ReserveNotAfter));
        Ask(saga, Stock, saga.Now.AddMinutes(10)).Then(SagaStep.Authorizing, new SagaCommand.Authorize(1));
    }

    [Fact]
    public void Should_ask_under_the_new_limit_beside_what_still_tries_under_the_old()
    {
        var saga = Given.Reserving();
        var old = saga.Decision.Commands;

        saga.After(TimeSpan.FromMinutes(5)).When(new Due()).ThenReserving(1, 2);

        Assert.Empty(old.Intersect(saga.Decision.Commands));
    }

    [Fact]
    public void Should_not_take_the_end_of_an_old_limit_for_the_end_of_the_new_one() =>
        Given.Reserving().After(TimeSpan.FromMinutes(5)).When(new Due())
            .When(new LineTooLate(1, FirstLimit, SagaUnderSpec.Beginning.AddMinutes(5))).ThenNothing()
            .When(new LineHeld(1), new LineHeld(2)).Then(SagaStep.Authorizing, new SagaCommand.Authorize(1));

    [Fact]
    public void Should_take_one_new_limit_for_all_lines_that_were_too_late() =>
        Given.Reserving().When(new LineTooLate(1, FirstLimit, SagaUnderSpec.Beginning.AddHours(1))).ThenReserving(1, 2)
            .When(new LineTooLate(2, FirstLimit, SagaUnderSpec.Beginning.AddHours(1))).ThenNothing();

    [Fact]
    public void Should_take_another_limit_when_the_new_one_is_too_early_as_well() =>
        Given.Reserving().When(new LineTooLate(1, FirstLimit, SagaUnderSpec.Beginning.AddHours(1)))
            .When(new LineTooLate(2, FirstLimit, SagaUnderSpec.Beginning.AddHours(2))).ThenReserving(1, 2)
            .And(s => Assert.Equal(SagaUnderSpec.Beginning.AddHours(2) + Lifetime, s.ReserveNotAfter));

    [Fact]
    public void Should_count_a_round_once_however_many_marks_its_lines_meet()
    {
        const int lines = 20;
        var saga = Given.Started(lines);
        Assert.Equal(FirstLimit, saga.State.ReserveNotAfter);

        for (var line = 1; line <= lines; line++)
        {
            saga.When(new LineTooLate(line, FirstLimit, SagaUnderSpec.Beginning.AddHours(line))).Stored(SagaWrite.BeforeCommands);
            Assert.Equal(
                Enumerable.Range(1, lines).Select(n => new SagaCommand.Reserve(n, SagaUnderSpec.Beginning.AddHours(line) + Lifetime)), saga.Decision.Commands);
        }

        Assert.Equal(1, saga.State.Tries);
        saga.When([.. Enumerable.Range(1, lines).Select(n => new LineHeld(n))]).Then(SagaStep.Authorizing, new SagaCommand.Authorize(1));
    }

    [Fact]
    public void Should_still_take_a_later_limit_when_an_answer_about_an_older_one_comes_after_the_last_try()
    {
        var saga = Given.Reserving();
        for (var again = 1; again <= saga.Options.ReserveRetries; again++)
            saga.When(new LineTooLate(1, saga.State.ReserveNotAfter, saga.State.ReserveNotAfter));

        saga.When(new LineTooLate(2, FirstLimit, saga.State.ReserveNotAfter)).ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands)
            .And(s => Assert.Equal(saga.Options.ReserveRetries, s.Tries));
    }

    [Fact]
    public void Should_turn_back_when_every_limit_was_too_early()
    {
        var saga = Given.Reserving();
        for (var again = 1; again <= saga.Options.ReserveRetries; again++)
            saga.When(new LineTooLate(1, saga.State.ReserveNotAfter, saga.State.ReserveNotAfter)).ThenReserving(1, 2);

        saga.When(new LineTooLate(1, saga.State.ReserveNotAfter, saga.State.ReserveNotAfter))
            .Then(SagaStep.Compensating, new SagaCommand.Release(1), new SagaCommand.Release(2), new SagaCommand.Void(1))
            .Noting(new OrderCompensationStarted(OrderEndReason.InsufficientStock));
    }

    /// <summary>What the last decision asks of stock arrives there, at this moment of its clock, and the answers come back.</summary>
    private static SagaUnderSpec Ask(SagaUnderSpec saga, StockState stock, DateTimeOffset now)
    {
        foreach (var command in saga.Decision.Commands.Cast<SagaCommand.Reserve>().Reverse())
            Answer(command);
        return saga;

        void Answer(SagaCommand.Reserve command)
        {
            var renewed = saga.State.ReserveNotAfter != command.NotAfter;
            var reserve = new ReserveStock(
                new ReservationId(saga.State.Placement.OrderId, command.Line, 1), new Quantity(1), command.NotAfter, new TraceContext("c"));
            SagaInput answer = StockDecider.Reserve(stock, null, reserve, now).Answer switch
            {
                ReserveStockResult.Held => new LineHeld(command.Line),
                ReserveStockResult.TooLate late => new LineTooLate(command.Line, command.NotAfter, late.Until),
                var other => throw new ArgumentOutOfRangeException(nameof(command), other, "There is enough."),
            };
            // The first line's answer led to the new limit: the second one's, under the old, is nothing.
            if (!renewed)
                saga.When(answer);
            else
                Assert.Same(saga.State, SagaDecider.Decide(saga.State, answer, saga.Options, saga.Now).State);
        }
    }
}
