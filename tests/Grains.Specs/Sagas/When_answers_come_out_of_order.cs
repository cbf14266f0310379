using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>One state after the other: what was sent or answered earlier arrives after what overtook it.</summary>
public sealed class When_answers_come_out_of_order
{
    [Fact]
    public void Reserving_an_old_refusal_of_a_line_that_has_been_held_since_is_not_believed() =>
        // Asked twice: the first answer was a refusal, and it is the slower one. A repeated Reserve of a live hold is never refused.
        Given.Reserving().When(new LineHeld(1)).When(new LineRefused(1)).ThenNothing().Then(SagaStep.Reserving);

    [Fact]
    public void Reserving_a_hold_that_comes_after_the_refusal_of_another_line_is_released() =>
        Given.Reserving().When(new LineRefused(2)).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new LineHeld(1)).ThenNothing()
            .WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));

    [Fact]
    public void Reserving_a_payments_answer_that_an_activation_before_this_one_asked_for_waits_its_turn() =>
        // It had all lines held, in memory only, and had sent the authorization. This one comes to the same key again.
        Given.Reserving().When(new Authorized(1)).ThenNothing().When(new Declined(1, "declined")).ThenNothing()
            .When(new LineHeld(1), new LineHeld(2)).Then(SagaStep.Authorizing, new Authorize(1));

    [Fact]
    public void Authorizing_the_timeout_comes_after_the_answer() =>
        Given.Authorizing().When(new Authorized(1)).When(new AuthorizationUnknown(1)).ThenNothing()
            .When(new AuthorizationNotFound(1)).ThenNothing().Then(SagaStep.Capturing);

    [Fact]
    public void Authorizing_a_second_card_while_the_first_ones_answers_still_come()
    {
        SagaInput[] old = [new Declined(1, "declined"), new AuthorizationUnknown(1), new AuthorizationNotFound(1), new Voided(1), new Authorized(1)];
        foreach (var answer in old)
            Given.AwaitingPayment().When(Given.Pay()).When(answer).ThenNothing().Then(SagaStep.Authorizing);
    }

    [Fact]
    public void Awaiting_payment_the_look_up_that_found_nothing_comes_after_the_decline() =>
        Given.Authorizing().WhenDue().When(new Declined(1, "declined")).Then(SagaStep.AwaitingPayment)
            .When(new AuthorizationNotFound(1)).ThenNothing()
            .When(new AuthorizationUnknown(1)).ThenNothing();

    [Fact]
    public void Authorization_unknown_the_call_answers_before_the_look_up_that_found_nothing() =>
        Given.AuthorizationUnknown().When(new Authorized(1)).Then(SagaStep.Capturing, new Capture(1))
            .When(new AuthorizationNotFound(1)).ThenNothing();

    [Fact]
    public void Authorization_unknown_the_timeout_of_a_call_sent_again_changes_nothing() =>
        Given.AuthorizationUnknown().When(new AuthorizationNotFound(1)).Then(SagaStep.AuthorizationUnknown, new Authorize(1))
            .When(new AuthorizationUnknown(1)).ThenNothing();

    [Fact]
    public void Capturing_the_timeout_and_the_look_up_come_after_the_answer() =>
        Given.Capturing().When(new Captured(1)).When(new CaptureUnknown(1)).ThenNothing().When(new CaptureNotFound(1)).ThenNothing();

    [Fact]
    public void Capturing_the_authorizations_slower_answers_change_nothing() =>
        Given.Capturing().When(new AuthorizationUnknown(1)).ThenNothing().When(new AuthorizationNotFound(1)).ThenNothing()
            .When(new Authorized(1)).ThenNothing();

    [Fact]
    public void Capture_unknown_the_call_answers_before_the_look_up_that_found_nothing() =>
        Given.CaptureUnknown().When(new Captured(1)).Then(SagaStep.Confirmed).When(new CaptureNotFound(1)).ThenNothing();

    [Fact]
    public void Capture_unknown_the_cancellation_comes_between_not_found_and_captured() =>
        Given.CaptureUnknown().When(new CaptureNotFound(1)).Then(SagaStep.CaptureUnknown, new Capture(1)).When(Given.Cancel())
            .When(new Captured(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1));

    [Fact]
    public void Confirmed_what_the_payment_said_on_the_way_comes_late()
    {
        foreach (var late in (SagaInput[])[new Authorized(1), new AuthorizationUnknown(1), new AuthorizationNotFound(1), new CaptureUnknown(1), new CaptureNotFound(1)])
            Given.Confirmed().When(late).ThenNothing();
    }

    [Fact]
    public void Fulfilling_the_lines_leave_in_whatever_order() =>
        Given.Fulfilling().When(new LineShipped(2)).Then(SagaStep.Fulfilling).When(new LineHeld(1)).ThenNothing()
            .When(new LineShipped(1)).Then(SagaStep.Completed);

    [Fact]
    public void Compensating_the_release_overtakes_the_hold() =>
        // The release, or the tombstone of it, ends the hold.
        Given.Compensating().When(new LineReleased(1)).When(new LineHeld(1)).ThenNothing();

    [Fact]
    public void Compensating_the_void_overtakes_the_authorization() =>
        Given.Compensating().When(new Voided(1)).When(new Authorized(1)).Then(SagaStep.Compensating, new SagaCommand.Void(1))
            .When(new LineReleased(1), new LineReleased(2)).Then(SagaStep.Compensating)
            .When(new Voided(1)).Then(SagaStep.Cancelled);

    [Fact]
    public void Compensating_the_refund_overtakes_the_void_that_found_the_capture() =>
        Given.Refunding().When(new Refunded(1)).When(new Captured(1)).ThenNothing().When(new Voided(1)).ThenNothing();

    [Fact]
    public void Completed_a_line_answers_held_after_it_was_shipped() =>
        Given.Completed().When(new LineHeld(1)).ThenNothing().When(new LineEnded(1)).ThenNothing();

    [Fact]
    public void Cancelled_the_void_overtakes_the_authorization() =>
        Given.Cancelled().When(new Authorized(1)).Then(SagaStep.Cancelled, new SagaCommand.Void(1));

    [Fact]
    public void Rejected_the_capture_overtakes_the_authorization() =>
        Given.Rejected().When(new Captured(1)).Then(SagaStep.Rejected, new Refund(1)).When(new Authorized(1)).ThenNothing()
            .When(new Refunded(1)).When(new Authorized(1)).ThenNothing()
            .And(s => Assert.Equal(OrderEndReason.InsufficientStock, s.EndReason))
            .And(s => Assert.Single(s.Timeline, e => e.Fact is OrderLatePaymentUndone));
}
