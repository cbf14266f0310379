using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>Another machine's clock, a clock that was set, or an outage: the saga cannot tell them apart.</summary>
public sealed class When_the_clock_jumps
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, MemberData(nameof(Given.StepsWithADeadline), MemberType = typeof(Given))]
    public void Backwards_nothing_is_due_until_it_has_caught_up(SagaStep step)
    {
        var saga = Given.In(step);
        var due = saga.State.DueAt!.Value;
        saga.After(-Hour).When(new Due()).ThenNothing()
            .After(due - saga.Now - TimeSpan.FromTicks(1)).When(new Due()).ThenNothing()
            .WhenDue().And(s => Assert.NotEqual(due, s.DueAt));
    }

    [Fact]
    public void Backwards_answers_count_all_the_same() =>
        Given.Reserving().After(-Hour).When(new LineHeld(1), new LineHeld(2)).Then(SagaStep.Authorizing, new Authorize(1))
            .After(-Hour).When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1))
            .After(-Hour).When(new Captured(1)).Then(SagaStep.Confirmed)
            .WhenDue().Then(SagaStep.Fulfilling, new Ship(1), new Ship(2));

    [Fact]
    public void Backwards_an_unknown_authorization_is_not_given_up_early()
    {
        var saga = Given.AuthorizationUnknown().WhenDue().After(-Hour);
        saga.When(new RetryRequested("ada")).WhenDue().Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1))
            .After(TimeSpan.FromMinutes(14)).When(new Due()).Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1));
    }

    [Fact]
    public void Backwards_a_reserve_keeps_the_limit_its_tombstones_are_kept_for()
    {
        var limit = Given.Reserving().State.ReserveNotAfter;
        Given.Reserving().After(-Hour).When(new Resumed()).ThenReserving(1, 2)
            .And(s => Assert.Equal(limit, s.ReserveNotAfter));
    }

    [Fact]
    public void Forwards_the_lines_are_asked_for_once_more_under_a_limit_that_has_not_passed() =>
        Given.Reserving().After(Hour).When(new Due()).ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands)
            .And(s => Assert.Equal(SagaUnderSpec.Beginning + Hour + new SagaOptions().ReserveLifetime, s.ReserveNotAfter));

    [Fact]
    public void Forwards_the_limit_of_a_reserve_never_becomes_shorter()
    {
        var saga = Given.Reserving().After(Hour).When(new Due());
        var limit = saga.State.ReserveNotAfter;
        saga.After(-Hour).When(new RetryRequested("ada")).And(s => Assert.Equal(limit, s.ReserveNotAfter));
    }

    [Fact]
    public void Forwards_a_payment_is_asked_for_before_it_is_given_up()
    {
        Given.Authorizing().After(Hour).When(new Due()).Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1))
            .After(Hour).When(new Due()).Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1));
        Given.Capturing().After(Hour).When(new Due()).Then(SagaStep.CaptureUnknown, new LookupCapture(1))
            .After(Hour).When(new Due()).Then(SagaStep.CaptureUnknown, new LookupCapture(1)).And(s => Assert.True(s.NeedsAttention));
    }
}
