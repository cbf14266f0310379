using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_an_authorization_is_unknown
{
    [Fact]
    public void Should_look_it_up_after_1_2_5_15_30_and_then_every_60_seconds()
    {
        var saga = Given.AuthorizationUnknown();
        foreach (var seconds in (int[])[1, 2, 5, 15, 30, 60, 60, 60])
        {
            saga.DueIn(TimeSpan.FromSeconds(seconds))
                .WhenDue().Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1)).Stored(SagaWrite.BeforeCommands);
        }
    }

    [Fact]
    public void Should_look_it_up_as_the_options_say()
    {
        var options = new SagaOptions { LookupDelays = { TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7) } };
        Given.Authorizing(options).When(new AuthorizationUnknown(1)).DueIn(TimeSpan.FromSeconds(3))
            .WhenDue().DueIn(TimeSpan.FromSeconds(7))
            .WhenDue().DueIn(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public void Should_look_up_at_once_when_nobody_answered_at_all() =>
        Given.Authorizing().WhenDue().Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1)).DueIn(TimeSpan.FromSeconds(1));

    [Fact]
    public void Should_send_the_same_key_again_when_the_gateway_knows_nothing() =>
        Given.AuthorizationUnknown().When(new AuthorizationNotFound(1))
            .Then(SagaStep.AuthorizationUnknown, new Authorize(1)).Stored(SagaWrite.None)
            .When(new AuthorizationUnknown(1)).ThenNothing()
            .When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1));

    [Fact]
    public void Should_wait_for_another_card_when_it_turns_out_declined() =>
        Given.AuthorizationUnknown().When(new Declined(1, "declined")).Then(SagaStep.AwaitingPayment);

    [Fact]
    public void Should_give_up_after_15_minutes_and_void_until_that_is_acknowledged()
    {
        var saga = Given.AuthorizationUnknown();
        var since = saga.Now;
        while (saga.State.Step == SagaStep.AuthorizationUnknown)
            saga.WhenDue();

        Assert.InRange(saga.Now - since, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
        saga.Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .Noting(new OrderCompensationStarted(OrderEndReason.PaymentTimeout))
            .When(new LineReleased(1), new LineReleased(2)).Then(SagaStep.Compensating)
            .WhenDue().Then(SagaStep.Compensating, new SagaCommand.Void(1))
            .When(new Voided(1)).Then(SagaStep.Rejected)
            .Noting(new OrderRejected(OrderEndReason.PaymentTimeout, Given.Total with { Amount = 0 }));
    }

    [Fact]
    public void Should_look_it_up_once_more_after_an_outage_that_outlasted_the_limit() =>
        Given.AuthorizationUnknown().WhenDue().WhenDue().After(TimeSpan.FromHours(1)).When(new Due())
            .Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1))
            .WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));
}

public sealed class When_a_capture_is_unknown
{
    [Fact]
    public void Should_keep_the_stock_and_never_time_out()
    {
        var saga = Given.CaptureUnknown();
        var since = saga.Now;
        while (saga.Now - since < TimeSpan.FromDays(3))
            saga.WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1));

        saga.When(new Captured(1)).Then(SagaStep.Confirmed).And(s => Assert.False(s.NeedsAttention));
    }

    [Fact]
    public void Should_call_for_a_person_once_after_15_minutes()
    {
        var saga = Given.CaptureUnknown();
        var since = saga.Now;
        while (!saga.State.NeedsAttention)
            saga.WhenDue();

        Assert.InRange(saga.Now - since, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
        saga.Stored(SagaWrite.BeforeCommands).Then(SagaStep.CaptureUnknown, new LookupCapture(1));
        for (var i = 0; i < 100; i++)
            saga.WhenDue();
        Assert.Single(saga.State.Timeline, e => e.Fact is OrderNeedsAttention);
    }

    [Fact]
    public void Should_send_the_same_key_again_when_the_gateway_knows_nothing() =>
        Given.CaptureUnknown().When(new CaptureNotFound(1))
            .Then(SagaStep.CaptureUnknown, new Capture(1)).Stored(SagaWrite.None)
            .When(new CaptureUnknown(1)).ThenNothing();

    [Fact]
    public void Should_let_a_cancellation_wait_for_the_real_outcome_and_then_refund() =>
        Given.CaptureUnknown()
            .When(Given.Cancel()).Then(SagaStep.CaptureUnknown).Answering(new SagaAnswer.CancelRefundPending(false))
            .Noting(new OrderCancellationRequested())
            .WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1))
            .When(new Captured(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1))
            .When(new Refunded(1), new LineReleased(1), new LineReleased(2)).Then(SagaStep.Cancelled)
            .Noting(new OrderCancelled(OrderEndReason.CustomerRequest, Given.Total));
}
