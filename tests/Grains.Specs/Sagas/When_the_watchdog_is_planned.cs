using Shop.Sagas;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>That there is a row whenever one is needed is a law of every spec here (<see cref="SagaLaws"/>); these are about when it is moved.</summary>
public sealed class When_the_watchdog_is_planned
{
    private static readonly DateTimeOffset Now = SagaUnderSpec.Beginning;
    private static readonly SagaOptions Options = new();

    [Theory]
    [InlineData(60, 60, false)]
    [InlineData(60, 50, false)]
    [InlineData(60, 65, false)]
    [InlineData(60, 49, true)]
    [InlineData(60, 66, true)]
    [InlineData(5, 0, true)]
    [InlineData(5, -1, true)]
    [InlineData(60, null, true)]
    public void Should_move_the_row_only_when_it_is_clearly_wrong(int due, int? row, bool moves)
    {
        var state = Given.Confirmed().State with { DueAt = Now.AddSeconds(due), WatchdogAt = row is { } s ? Now.AddSeconds(s) : null };

        var (planned, changed) = SagaWatchdog.Plan(state, Options, Now);

        Assert.Equal(moves, changed);
        Assert.Equal(moves ? state.DueAt : state.WatchdogAt, planned.WatchdogAt);
    }

    [Fact]
    public void Should_take_the_row_away_at_the_end()
    {
        var (planned, changed) = SagaWatchdog.Plan(Given.Completed().State with { WatchdogAt = Now }, Options, Now);
        Assert.True(changed);
        Assert.Null(planned.WatchdogAt);
    }

    [Fact]
    public void Should_arm_it_again_when_money_surfaces_after_the_end() =>
        Given.Cancelled().NeverDue().When(new Authorized(1)).And(s => Assert.Equal(Options.WakeAfter, s.WatchdogAt - s.StepSince));

    [Fact]
    public void Should_take_over_the_placements_row_without_a_write()
    {
        var saga = new SagaUnderSpec(Given.Placement(), Options);
        Assert.Equal(SagaUnderSpec.Beginning + Options.EnsureStartedAfter, saga.State.WatchdogAt);
        Assert.False(SagaWatchdog.Plan(saga.State, Options, saga.Now).Changed);
    }

    [Fact]
    public void Should_arm_a_row_of_its_own_when_the_placements_has_fired()
    {
        var late = SagaUnderSpec.Beginning.AddMinutes(5);
        var (planned, changed) = SagaWatchdog.Plan(SagaDecider.Start(Given.Placement(), Options, late).State, Options, late);
        Assert.True(changed);
        Assert.Equal(late + Options.WakeAfter, planned.WatchdogAt);
    }

    [Theory]
    [InlineData(SagaStep.Reserving, 0, 5)]
    [InlineData(SagaStep.Authorizing, 0, 5)]
    [InlineData(SagaStep.Capturing, 4, 5)]
    [InlineData(SagaStep.Compensating, 12, 12)]
    [InlineData(SagaStep.Fulfilling, 3600, 3600)]
    [InlineData(SagaStep.AwaitingPayment, 0, 7200)]
    [InlineData(SagaStep.Confirmed, 0, 7200)]
    public void Should_look_soon_after_those_who_were_asked_and_rarer_the_longer_they_take(SagaStep step, int lasted, int wakes)
    {
        var state = Given.Confirmed().State with { Step = step, StepSince = Now.AddSeconds(-lasted), DueAt = Now.AddHours(2) };

        Assert.Equal(Now.AddSeconds(wakes), SagaWatchdog.WakeAt(state, Options, Now));
    }

    [Fact]
    public void Should_not_miss_the_deadline_over_it()
    {
        var state = Given.Capturing().State with { StepSince = Now.AddSeconds(-8), DueAt = Now.AddSeconds(2) };

        Assert.Equal(state.DueAt, SagaWatchdog.WakeAt(state, Options, Now));
    }
}
