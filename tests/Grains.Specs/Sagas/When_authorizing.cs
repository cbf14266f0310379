using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_authorizing
{
    [Fact]
    public void Should_store_the_pivot_before_the_capture_is_sent() =>
        Given.Authorizing().When(new Authorized(1))
            .Then(SagaStep.Capturing, new Capture(1)).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderPaymentAuthorized(1, Given.Total))
            .DueIn(new SagaOptions().CaptureTimeout);

    [Fact]
    public void Should_look_up_what_does_not_answer_in_time() =>
        Given.Authorizing().WhenDue()
            .Then(SagaStep.AuthorizationUnknown, new LookupAuthorization(1)).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderPaymentUnknown(1, Capturing: false));

    [Fact]
    public void Should_look_up_before_it_sends_again_after_a_crash() =>
        Given.AwaitingPayment().When(Given.Pay())
            .When(new Resumed()).Then(SagaStep.Authorizing, new LookupAuthorization(2))
            .When(new AuthorizationNotFound(2)).Then(SagaStep.Authorizing, new Authorize(2)).Stored(SagaWrite.None);

    [Fact]
    public void Should_give_up_when_it_finds_its_key_voided_by_somebody_else() =>
        Given.Authorizing().When(new Voided(1))
            .Then(SagaStep.Compensating, new Release(1), new Release(2))
            .Noting(new OrderCompensationStarted(OrderEndReason.PaymentTimeout));
}

public sealed class When_a_card_is_declined
{
    private static readonly TimeSpan Window = new SagaOptions().PaymentWindow;

    [Fact]
    public void Should_wait_for_another_as_long_as_the_stock_is_held() =>
        Given.Authorizing().When(new Declined(1, "insufficient_funds"))
            .Then(SagaStep.AwaitingPayment).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderPaymentDeclined(1, "insufficient_funds"))
            .DueIn(Window);

    [Fact]
    public void Should_remember_a_new_attempt_before_it_is_sent() =>
        Given.AwaitingPayment().When(Given.Pay(method: "tok_second"))
            .Then(SagaStep.Authorizing, new Authorize(2)).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderPaymentMethodChanged(2))
            .Answering(new SagaAnswer.PaymentAccepted(Replayed: false))
            .And(s => Assert.Equal(new PaymentAttempt(2, "tok_second", AttemptStatus.Asked), s.CurrentAttempt));

    [Fact]
    public void Should_repeat_the_answer_to_a_repeated_method_also_when_the_order_has_moved_on() =>
        Given.AwaitingPayment().When(Given.Pay("k"))
            .When(Given.Pay("k")).ThenNothing().Answering(new SagaAnswer.PaymentAccepted(Replayed: true))
            .When(new Authorized(2), new Captured(2))
            .When(Given.Pay("k")).ThenNothing().Answering(new SagaAnswer.PaymentAccepted(Replayed: true));

    [Fact]
    public void Should_refuse_another_request_under_the_same_key() =>
        Given.AwaitingPayment().When(Given.Pay("k", "h1"))
            .When(Given.Pay("k", "h2")).ThenNothing().Answering(new SagaAnswer.Mismatch());

    [Fact]
    public void Should_not_take_a_payments_key_for_a_cancellations() =>
        Given.AwaitingPayment().When(Given.Pay("k", "h"))
            .When(Given.Cancel("k", "h")).ThenNothing().Answering(new SagaAnswer.Mismatch());

    [Fact]
    public void Should_not_take_a_cancellations_key_for_a_payments() =>
        Given.AwaitingPayment().When(Given.Cancel("k", "h"))
            .When(Given.Pay("k", "h")).ThenNothing().Answering(new SagaAnswer.Mismatch());

    [Fact]
    public void Should_not_prolong_the_holds_with_every_card()
    {
        var saga = Given.AwaitingPayment();
        var end = saga.State.DueAt;
        saga.After(TimeSpan.FromMinutes(4)).When(Given.Pay("a"), new Declined(2, "declined"));
        Assert.Equal(end, saga.State.DueAt);
        saga.After(TimeSpan.FromMinutes(4)).When(Given.Pay("b")).After(TimeSpan.FromSeconds(5)).When(new Declined(3, "declined"));
        Assert.Equal(end, saga.State.DueAt);
        saga.WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2));
    }

    [Fact]
    public void Should_end_at_once_when_the_card_is_declined_after_the_holds_were_to_end() =>
        Given.AwaitingPayment().After(Window - TimeSpan.FromSeconds(1)).When(Given.Pay())
            .After(TimeSpan.FromSeconds(3)).When(new Declined(2, "declined")).Then(SagaStep.AwaitingPayment)
            .When(new Due()).Then(SagaStep.Compensating, new Release(1), new Release(2));

    [Fact]
    public void Should_take_three_more_methods_and_no_fourth()
    {
        var saga = Given.AwaitingPayment();
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            saga.When(Given.Pay($"pay-{attempt}")).Then(SagaStep.Authorizing, new Authorize(attempt))
                .When(new Declined(attempt, "declined")).Then(SagaStep.AwaitingPayment);
        }

        saga.When(Given.Pay("pay-4")).Then(SagaStep.Authorizing, new Authorize(4))
            .When(new Declined(4, "declined")).Then(SagaStep.Compensating, new Release(1), new Release(2))
            .Noting(new OrderPaymentDeclined(4, "declined"), new OrderCompensationStarted(OrderEndReason.PaymentDeclined))
            .When(Given.Pay("pay-5")).ThenNothing().Answering(new SagaAnswer.PaymentNotAwaited());
    }

    [Fact]
    public void Should_reject_the_order_when_nobody_pays() =>
        Given.AwaitingPayment().WhenDue()
            .Noting(new OrderCompensationStarted(OrderEndReason.PaymentDeclined))
            .When(new LineReleased(2), new LineReleased(1)).Then(SagaStep.Rejected)
            .Noting(new OrderRejected(OrderEndReason.PaymentDeclined, Given.Total with { Amount = 0 }))
            .NeverDue();

    [Fact]
    public void Should_confirm_with_the_money_of_the_attempt_that_went_through() =>
        Given.AwaitingPayment().When(Given.Pay()).When(new Authorized(2)).Then(SagaStep.Capturing, new Capture(2))
            .When(new Captured(2)).Then(SagaStep.Confirmed)
            .And(s => Assert.Equal(new PaymentSummary(PaymentStatus.Captured, 4200, 4200, 0), s.ToView().Payment));
}
