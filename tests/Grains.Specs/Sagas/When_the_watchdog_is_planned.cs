using Shop.Sagas;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>That there is a row whenever one is needed is a law of every spec here (<see cref="SagaLaws"/>); these are about when it is moved.</summary>
public sealed class When_the_watchdog_is_planned
{
    private static readonly DateTimeOffset Now = SagaUnderSpec.Beginning;

    [Theory]
    [InlineData(60, 60, false)]
    [InlineData(60, 50, false)]
    [InlineData(60, 90, false)]
    [InlineData(60, 49, true)]
    [InlineData(60, 91, true)]
    [InlineData(5, 0, true)]
    [InlineData(5, -1, true)]
    [InlineData(60, null, true)]
    public void Should_move_the_row_only_when_it_is_clearly_wrong(int due, int? row, bool moves)
    {
        var state = Given.Confirmed().State with { DueAt = Now.AddSeconds(due), WatchdogAt = row is { } s ? Now.AddSeconds(s) : null };

        var (planned, changed) = SagaWatchdog.Plan(state, Now);

        Assert.Equal(moves, changed);
        Assert.Equal(moves ? state.DueAt : state.WatchdogAt, planned.WatchdogAt);
    }

    [Fact]
    public void Should_take_the_row_away_at_the_end()
    {
        var (planned, changed) = SagaWatchdog.Plan(Given.Completed().State with { WatchdogAt = Now }, Now);
        Assert.True(changed);
        Assert.Null(planned.WatchdogAt);
    }

    [Fact]
    public void Should_arm_it_again_when_money_surfaces_after_the_end() =>
        Given.Cancelled().NeverDue().When(new Authorized(1)).And(s => Assert.Equal(s.DueAt, s.WatchdogAt));

    [Fact]
    public void Should_take_over_the_placements_row_without_a_write()
    {
        var saga = new SagaUnderSpec(Given.Placement(), new SagaOptions());
        Assert.Equal(SagaUnderSpec.Beginning.AddSeconds(30), saga.State.WatchdogAt);
        Assert.False(SagaWatchdog.Plan(saga.State, saga.Now).Changed);
    }

    [Fact]
    public void Should_arm_a_row_of_its_own_when_the_placements_has_fired()
    {
        var late = SagaUnderSpec.Beginning.AddMinutes(5);
        var (planned, changed) = SagaWatchdog.Plan(SagaDecider.Start(Given.Placement(), new SagaOptions(), late).State, late);
        Assert.True(changed);
        Assert.Equal(late.AddSeconds(30), planned.WatchdogAt);
    }
}
