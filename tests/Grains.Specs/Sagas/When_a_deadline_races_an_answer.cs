using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>The deadline and the answer arrive together, in both orders; and a deadline that is told too early or twice.</summary>
public sealed class When_a_deadline_races_an_answer
{
    [Theory, MemberData(nameof(Given.StepsWithADeadline), MemberType = typeof(Given))]
    public void Should_not_act_before_the_time_nor_twice(SagaStep step)
    {
        var saga = Given.In(step);
        var wait = saga.State.DueAt!.Value - saga.Now;
        saga.After(wait - TimeSpan.FromTicks(1)).When(new Due()).ThenNothing()
            .WhenDue()
            .When(new Due()).ThenNothing();
    }

    [Theory]
    [InlineData(SagaStep.Completed)]
    [InlineData(SagaStep.Cancelled)]
    [InlineData(SagaStep.Rejected)]
    public void Should_ignore_a_row_that_outlived_the_saga(SagaStep end) =>
        Given.In(end).After(TimeSpan.FromDays(1)).When(new Due()).ThenNothing();

    [Fact]
    public void Reserving_the_line_first() =>
        Given.Reserving().When(new LineHeld(1)).After(TimeSpan.FromSeconds(30)).When(new LineHeld(2)).Then(SagaStep.Authorizing, new Authorize(1))
            .When(new Due()).ThenNothing();

    [Fact]
    public void Reserving_the_last_deadline_first()
    {
        var saga = Given.Reserving();
        for (var i = 0; i < 6; i++)
            saga.WhenDue();
        saga.Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new LineHeld(1)).ThenNothing()
            .When(new LineHeld(2)).ThenNothing();
    }

    [Fact]
    public void Authorizing_the_answer_first() =>
        Given.Authorizing().After(TimeSpan.FromSeconds(10)).When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1))
            .When(new Due()).ThenNothing();

    [Fact]
    public void Authorizing_the_deadline_first() =>
        Given.Authorizing().WhenDue().Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1))
            .When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1))
            .When(new Authorized(1)).ThenNothing()
            .When(new AuthorizationUnknown(1)).ThenNothing();

    [Fact]
    public void Awaiting_payment_the_method_first() =>
        Given.AwaitingPayment().After(TimeSpan.FromMinutes(10)).When(Given.Pay()).Then(SagaStep.Authorizing, new Authorize(2))
            .When(new Due()).ThenNothing();

    [Fact]
    public void Awaiting_payment_the_deadline_first() =>
        Given.AwaitingPayment().WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2))
            .When(Given.Pay()).ThenNothing().Answering(new SagaAnswer.PaymentNotAwaited());

    [Fact]
    public void Authorization_unknown_the_answer_first() =>
        Given.AuthorizationUnknown().After(TimeSpan.FromMinutes(15)).When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1))
            .When(new Due()).ThenNothing();

    [Fact]
    public void Authorization_unknown_the_limit_first() =>
        Given.AuthorizationUnknown().After(TimeSpan.FromMinutes(15)).When(new Due())
            // After so long a silence nobody has asked yet: one look-up first.
            .Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1)).WhenDue()
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new Authorized(1)).Then(SagaStep.Compensating, new SagaCommand.Void(1))
            .When(new AuthorizationNotFound(1)).ThenNothing();

    [Fact]
    public void Capturing_the_answer_first() =>
        Given.Capturing().After(TimeSpan.FromSeconds(10)).When(new Captured(1)).Then(SagaStep.Confirmed)
            .When(new Due()).ThenNothing();

    [Fact]
    public void Capturing_the_deadline_first() =>
        Given.Capturing().WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1))
            .When(new Captured(1)).Then(SagaStep.Confirmed)
            .When(new Captured(1)).ThenNothing()
            .When(new CaptureNotFound(1)).ThenNothing();

    [Fact]
    public void Capture_unknown_the_answer_first() =>
        Given.CaptureUnknown().After(TimeSpan.FromSeconds(1)).When(new Captured(1)).Then(SagaStep.Confirmed)
            .When(new Due()).ThenNothing();

    [Fact]
    public void Capture_unknown_the_look_up_first() =>
        Given.CaptureUnknown().WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1))
            .When(new CaptureFailed(1, "failed")).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new CaptureNotFound(1)).ThenNothing()
            .When(new Due()).ThenNothing();

    [Fact]
    public void Confirmed_the_cancellation_first() =>
        Given.Confirmed().After(TimeSpan.FromSeconds(60)).When(Given.Cancel())
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1))
            .When(new Due()).ThenNothing();

    [Fact]
    public void Confirmed_the_end_of_the_window_first() =>
        Given.Confirmed().WhenDue().Then(SagaStep.Fulfilling, new Ship(1), new Ship(2))
            .When(Given.Cancel()).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false));

    [Fact]
    public void Fulfilling_both_orders() =>
        Given.Fulfilling().When(new LineShipped(1)).WhenDue().Then(SagaStep.Fulfilling, new Ship(2))
            .When(new LineShipped(2)).Then(SagaStep.Completed)
            .When(new LineShipped(2)).ThenNothing()
            .When(new Due()).ThenNothing();

    [Fact]
    public void Compensating_both_orders() =>
        Given.Compensating().When(new LineReleased(1), new LineReleased(2)).WhenDue().Then(SagaStep.Compensating, new SagaCommand.Void(1))
            .When(new Voided(1)).Then(SagaStep.Cancelled)
            .When(new Voided(1)).ThenNothing()
            .When(new Due()).ThenNothing();

    [Fact]
    public void Late_money_both_orders() =>
        Given.Rejected().When(new Captured(1)).WhenDue().Then(SagaStep.Rejected, new Refund(1))
            .When(new Refunded(1)).NeverDue()
            .When(new Due()).ThenNothing();
}
