using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>
/// The database stalls, or this machine is cut off from it and another takes the order over: deadlines pass and look-ups answer while the write
/// that began the step is still under way. What goes out must not be ahead of it. The law is <see cref="SagaLaws"/>'s; here it has names.
/// </summary>
public sealed class When_a_write_hangs
{
    [Fact]
    public void Should_not_ship_what_another_activation_may_still_cancel() =>
        Given.Confirmed().WhenDue().Then(SagaStep.Fulfilling, new Ship(1), new Ship(2)).Stored(SagaWrite.BeforeCommands)
            .WhenDue().Then(SagaStep.Fulfilling, new Ship(1), new Ship(2)).Stored(SagaWrite.BeforeCommands);

    [Fact]
    public void Should_not_send_an_attempt_that_may_be_forgotten() =>
        // The way round: from the unknown outcome by a look-up that finds nothing to the same key once more.
        Given.AwaitingPayment().When(Given.Pay()).Stored(SagaWrite.BeforeCommands)
            .WhenDue().Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(2)).Stored(SagaWrite.BeforeCommands)
            .WhenDue().Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(2)).Stored(SagaWrite.BeforeCommands)
            .When(new AuthorizationNotFound(2)).Then(SagaStep.AuthorizationUnknown, new Authorize(2));

    [Fact]
    public void Should_not_capture_before_the_pivot_is_stored() =>
        Given.Authorizing().When(new Authorized(1)).Stored(SagaWrite.BeforeCommands)
            .WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1)).Stored(SagaWrite.BeforeCommands)
            .WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1)).Stored(SagaWrite.BeforeCommands)
            .When(new CaptureNotFound(1)).Then(SagaStep.CaptureUnknown, new Capture(1));

    [Fact]
    public void Should_not_release_or_give_back_what_may_still_be_wanted() =>
        Given.Confirmed().When(Given.Cancel()).Stored(SagaWrite.BeforeCommands)
            .WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1)).Stored(SagaWrite.BeforeCommands);

    [Fact]
    public void Should_not_reserve_under_a_limit_that_nobody_else_may_ever_know() =>
        Given.Reserving().After(TimeSpan.FromMinutes(5)).When(new Due()).Stored(SagaWrite.BeforeCommands)
            .WhenDue().ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands)
            .When(new LineTooLate(1, SagaUnderSpec.Beginning, SagaUnderSpec.Beginning.AddHours(1))).ThenReserving(1, 2).Stored(SagaWrite.BeforeCommands);
}
