using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>
/// One state after the other: what it was waiting for arrives when the order has ended. Each end against each answer is in the table;
/// money that has to be undone is followed to its end in <see cref="When_money_surfaces_after_the_end"/>.
/// </summary>
public sealed class When_an_answer_comes_after_the_end
{
    private static readonly SagaInput[] Released = [new LineReleased(1), new LineReleased(2)];

    [Fact]
    public void Reserving_the_line_that_had_not_answered_is_held_refused_ended_or_too_late()
    {
        var tooLate = new LineTooLate(2, Given.Reserving().State.ReserveNotAfter, SagaUnderSpec.Beginning.AddDays(1));
        foreach (var late in (SagaInput[])[new LineHeld(2), new LineRefused(2), new LineEnded(2), tooLate])
            Given.Reserving().When(new LineHeld(1)).When(Given.Cancel()).When(Released).When(new Voided(1)).Then(SagaStep.Cancelled).When(late).ThenNothing();
    }

    [Fact]
    public void Authorizing_the_authorization_that_was_cancelled_over_is_voided_again() =>
        Given.Authorizing().When(Given.Cancel()).WhenDue().When(Released).When(new Voided(1)).Then(SagaStep.Cancelled)
            .When(new AuthorizationUnknown(1)).ThenNothing()
            .When(new Declined(1, "declined")).ThenNothing()
            .When(new Authorized(1)).Then(SagaStep.Cancelled, new SagaCommand.Void(1));

    [Fact]
    public void Awaiting_payment_another_method_is_not_taken_any_more() =>
        Given.AwaitingPayment().WhenDue().When(Released).Then(SagaStep.Rejected)
            .When(Given.Pay()).ThenNothing().Answering(new SagaAnswer.PaymentNotAwaited())
            .When(Given.Cancel()).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false));

    [Fact]
    public void Authorization_unknown_it_turns_out_authorized_after_it_was_given_up()
    {
        var saga = Given.AuthorizationUnknown();
        while (saga.State.Step == SagaStep.AuthorizationUnknown)
            saga.WhenDue();
        saga.When(Released).When(new Voided(1)).Then(SagaStep.Rejected)
            .When(new AuthorizationNotFound(1)).ThenNothing()
            .When(new Authorized(1)).Then(SagaStep.Rejected, new SagaCommand.Void(1))
            .And(s => Assert.Equal(OrderEndReason.PaymentTimeout, s.EndReason));
    }

    [Fact]
    public void Capturing_it_turns_out_captured_after_it_had_failed() =>
        Given.Capturing().When(new CaptureFailed(1, "failed")).When(Released).When(new Voided(1)).Then(SagaStep.Rejected)
            .When(new CaptureFailed(1, "failed")).ThenNothing()
            .When(new CaptureUnknown(1)).ThenNothing()
            .When(new Captured(1)).Then(SagaStep.Rejected, new Refund(1));

    [Fact]
    public void Capture_unknown_the_look_ups_answer_after_the_refund() =>
        Given.CaptureUnknown().When(Given.Cancel()).When(new Captured(1)).When(Released).When(new Refunded(1)).Then(SagaStep.Cancelled)
            .When(new CaptureNotFound(1)).ThenNothing()
            .When(new Captured(1)).ThenNothing()
            .When(new CaptureFailed(1, "failed")).ThenNothing();

    [Fact]
    public void Confirmed_the_end_of_the_window_comes_after_the_order_was_cancelled() =>
        Given.Confirmed().When(Given.Cancel()).When(Released).When(new Refunded(1)).Then(SagaStep.Cancelled)
            .After(TimeSpan.FromMinutes(1)).When(new Due()).ThenNothing();

    [Fact]
    public void Fulfilling_a_line_ships_again_and_the_customer_changes_their_mind() =>
        Given.Fulfilling().When(new LineShipped(1), new LineShipped(2)).Then(SagaStep.Completed)
            .When(new LineShipped(1)).ThenNothing()
            .When(new LineReleased(1)).ThenNothing()
            .When(Given.Cancel()).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false));

    [Fact]
    public void Compensating_the_acknowledgements_of_the_second_round_come()
    {
        var saga = Given.Compensating().WhenDue().When(new Voided(1)).When(Released).Then(SagaStep.Cancelled);
        foreach (var late in (SagaInput[])[.. Released, new Voided(1), new Refunded(1), new RefundRefused(1, "refused"), new Due()])
            saga.When(late).ThenNothing().NeverDue();
    }
}
