using Shop.Events;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>
/// One state after the other, from the answer or request that leads on. That nothing at all changes anything when it comes twice in a row
/// is in the table (<see cref="The_table.What_comes_twice_changes_nothing_the_second_time"/>).
/// </summary>
public sealed class When_an_answer_comes_twice
{
    [Fact]
    public void Reserving_a_line_that_is_held_counts_once() =>
        Given.Reserving().When(new LineHeld(1)).When(new LineHeld(1)).ThenNothing().Then(SagaStep.Reserving)
            .When(new LineHeld(2)).Then(SagaStep.Authorizing, new Authorize(1))
            .When(new LineHeld(2)).ThenNothing();

    [Fact]
    public void Reserving_a_second_refusal_turns_back_once() =>
        Given.Reserving().When(new LineRefused(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new LineRefused(1)).ThenNothing()
            .When(new LineRefused(2)).ThenNothing()
            .When(new LineEnded(2)).ThenNothing();

    [Fact]
    public void Authorizing_a_second_authorization_does_not_capture_twice() =>
        Given.Authorizing().When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1)).When(new Authorized(1)).ThenNothing();

    [Fact]
    public void Authorizing_a_second_decline_is_no_second_attempt() =>
        Given.Authorizing().When(new Declined(1, "declined")).When(new Declined(1, "declined")).ThenNothing()
            .When(Given.Pay()).Then(SagaStep.Authorizing, new Authorize(2))
            .When(new Declined(1, "declined")).ThenNothing()
            .And(s => Assert.Equal(2, s.Attempts.Length));

    [Fact]
    public void Awaiting_payment_a_method_given_twice_is_one_attempt() =>
        Given.AwaitingPayment().When(Given.Pay("k")).Then(SagaStep.Authorizing, new Authorize(2))
            .When(Given.Pay("k")).ThenNothing().Answering(new SagaAnswer.PaymentAccepted(Replayed: true))
            .When(Given.Pay("of another click")).ThenNothing().Answering(new SagaAnswer.PaymentNotAwaited());

    [Fact]
    public void Authorization_unknown_a_second_not_found_sends_the_same_key_and_nothing_else() =>
        Given.AuthorizationUnknown().When(new AuthorizationNotFound(1), new AuthorizationNotFound(1))
            .Then(SagaStep.AuthorizationUnknown, new Authorize(1)).Stored(SagaWrite.None);

    [Fact]
    public void Authorization_unknown_both_the_look_up_and_the_call_answer_authorized() =>
        Given.AuthorizationUnknown().When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1)).When(new Authorized(1)).ThenNothing();

    [Fact]
    public void Capturing_a_second_capture_does_not_confirm_twice() =>
        Given.Capturing().When(new Captured(1)).Noting(new OrderConfirmed(Given.Total)).When(new Captured(1)).ThenNothing();

    [Fact]
    public void Capturing_a_second_failure_does_not_turn_back_twice() =>
        Given.Capturing().When(new CaptureFailed(1, "failed")).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new CaptureFailed(1, "failed")).ThenNothing();

    [Fact]
    public void Capture_unknown_both_the_look_up_and_the_call_answer_captured() =>
        Given.CaptureUnknown().When(new Captured(1)).Then(SagaStep.Confirmed).When(new Captured(1)).ThenNothing();

    [Fact]
    public void Capture_unknown_a_second_not_found_sends_the_same_key_and_nothing_else() =>
        Given.CaptureUnknown().When(new CaptureNotFound(1), new CaptureNotFound(1))
            .Then(SagaStep.CaptureUnknown, new Capture(1)).Stored(SagaWrite.None);

    [Fact]
    public void Confirmed_a_second_cancellation_does_not_refund_twice() =>
        Given.Confirmed().When(Given.Cancel("k1")).Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1))
            .When(Given.Cancel("k2")).ThenOnlyRemembered();

    [Fact]
    public void Fulfilling_a_line_that_is_shipped_counts_once() =>
        Given.Fulfilling().When(new LineShipped(1)).When(new LineShipped(1)).ThenNothing().Then(SagaStep.Fulfilling)
            .When(new LineShipped(2)).Then(SagaStep.Completed)
            .When(new LineShipped(2)).ThenNothing();

    [Fact]
    public void Compensating_a_second_acknowledgement_does_not_stand_for_another() =>
        Given.Compensating().When(new LineReleased(1), new LineReleased(1)).ThenNothing()
            .When(new Voided(1), new Voided(1)).ThenNothing().Then(SagaStep.Compensating)
            .When(new LineReleased(2)).Then(SagaStep.Cancelled);

    [Fact]
    public void Compensating_a_capture_that_surfaces_twice_is_refunded_once() =>
        Given.Compensating().When(new Captured(1)).Then(SagaStep.Compensating, new Refund(1)).When(new Captured(1)).ThenNothing()
            .When(new Refunded(1)).Stored(SagaWrite.InMemory)
            .When(new Refunded(1)).ThenNothing()
            .When(new Captured(1)).ThenNothing()
            .When(new LineReleased(1), new LineReleased(2)).Noting(new OrderCancelled(Shop.Orders.OrderEndReason.CustomerRequest, Given.Total));

    [Fact]
    public void Completed_the_last_line_ships_again() => Given.Completed().When(new LineShipped(1)).ThenNothing().When(new LineShipped(2)).ThenNothing();

    [Fact]
    public void Cancelled_the_last_acknowledgement_comes_again() =>
        Given.Cancelled().When(new Voided(1)).ThenNothing().When(new LineReleased(2)).ThenNothing();

    [Fact]
    public void Cancelled_late_money_is_undone_and_noted_once() =>
        Given.Cancelled().When(new Authorized(1), new Authorized(1)).ThenNothing()
            .When(new Voided(1)).Noting(new OrderLatePaymentUndone(1, Given.Total))
            .When(new Voided(1)).ThenNothing();

    [Fact]
    public void Rejected_late_money_is_undone_and_noted_once() =>
        Given.Rejected().When(new Captured(1), new Captured(1)).ThenNothing()
            .When(new Refunded(1)).Noting(new OrderLatePaymentUndone(1, Given.Total))
            .When(new Refunded(1)).ThenNothing();
}
