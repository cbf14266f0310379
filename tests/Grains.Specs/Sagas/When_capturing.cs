using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_capturing
{
    [Fact]
    public void Should_confirm_and_leave_time_to_cancel() =>
        Given.Capturing().When(new Captured(1)).Then(SagaStep.Confirmed).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderConfirmed(Given.Total))
            .DueIn(new SagaOptions().CancelWindow);

    [Fact]
    public void Should_void_and_release_when_the_capture_definitely_failed() =>
        Given.Capturing().When(new CaptureFailed(1, "expired"))
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1)).Stored(SagaWrite.BeforeCommands)
            .When(new LineReleased(1), new LineReleased(2), new Voided(1)).Then(SagaStep.Rejected)
            .Noting(new OrderRejected(OrderEndReason.PaymentDeclined, Given.Total with { Amount = 0 }));

    [Fact]
    public void Should_refund_what_a_void_finds_captured_after_all() =>
        Given.Capturing().When(new CaptureFailed(1, "failed")).When(new Captured(1)).Then(SagaStep.Compensating, new Refund(1))
            .When(new Refunded(1), new LineReleased(1), new LineReleased(2)).Then(SagaStep.Rejected)
            .Noting(new OrderRejected(OrderEndReason.PaymentDeclined, Given.Total));

    [Fact]
    public void Should_look_up_what_does_not_answer_in_time() =>
        Given.Capturing().WhenDue().Then(SagaStep.CaptureUnknown, new LookupCapture(1)).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderPaymentUnknown(1, Capturing: true));

    [Fact]
    public void Should_not_guess_after_a_crash() =>
        Given.Capturing().When(new Resumed()).Then(SagaStep.Capturing, new LookupCapture(1))
            .When(new CaptureNotFound(1)).Then(SagaStep.Capturing, new Capture(1)).Stored(SagaWrite.None);
}

public sealed class When_fulfilling
{
    [Fact]
    public void Should_start_when_the_cancel_window_is_over() =>
        Given.Confirmed().After(TimeSpan.FromSeconds(59)).When(new Due()).ThenNothing()
            .WhenDue().Then(SagaStep.Fulfilling, new Ship(1), new Ship(2)).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderFulfilmentStarted());

    [Fact]
    public void Should_complete_when_the_last_line_has_left() =>
        Given.Fulfilling().When(new LineShipped(2)).Then(SagaStep.Fulfilling).Stored(SagaWrite.InMemory)
            .When(new LineShipped(2)).ThenNothing()
            .When(new LineShipped(1)).Then(SagaStep.Completed).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderCompleted())
            .NeverDue();

    [Fact]
    public void Should_ask_again_only_for_lines_that_have_not_left_and_ever_more_slowly()
    {
        var saga = Given.Fulfilling().When(new LineShipped(1));
        foreach (var seconds in (int[])[30, 60, 120, 240, 300, 300])
            saga.DueIn(TimeSpan.FromSeconds(seconds)).WhenDue().Then(SagaStep.Fulfilling, new Ship(2));
    }

    [Fact]
    public void Should_call_for_a_person_once_and_go_on()
    {
        var saga = Given.Fulfilling();
        for (var i = 0; i < 20; i++)
            saga.WhenDue().Then(SagaStep.Fulfilling, new Ship(1), new Ship(2));
        Assert.True(saga.State.NeedsAttention);
        Assert.Single(saga.State.Timeline, e => e.Fact is OrderNeedsAttention);
    }

    [Fact]
    public void Should_never_turn_back() =>
        Given.Fulfilling().When(Given.Cancel()).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false))
            .When(new CaptureFailed(1, "late")).ThenNothing()
            .When(new LineRefused(1)).ThenNothing()
            .When(new LineEnded(1)).ThenNothing()
            .When(new Voided(1)).ThenNothing();
}
