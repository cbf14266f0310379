using Shop.Events;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_an_operator_retries
{
    [Fact]
    public void Should_try_what_is_outstanding_at_once_and_begin_to_count_anew()
    {
        var saga = Given.CaptureUnknown();
        while (!saga.State.NeedsAttention)
            saga.WhenDue();

        saga.When(new RetryRequested("ada")).Then(SagaStep.CaptureUnknown, new LookupCapture(1)).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderRetried("ada"))
            .Answering(new SagaAnswer.Retrying())
            .DueIn(TimeSpan.FromSeconds(1))
            .And(s => Assert.False(s.NeedsAttention))
            .WhenDue().DueIn(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Should_count_the_limit_of_an_unknown_outcome_anew()
    {
        var saga = Given.AuthorizationUnknown();
        while (saga.State.DueAt - saga.State.StepSince < TimeSpan.FromMinutes(14))
            saga.WhenDue();
        saga.When(new RetryRequested("ada"));
        var retried = saga.Now;
        while (saga.State.Step == SagaStep.AuthorizationUnknown)
            saga.WhenDue();

        Assert.InRange(saga.Now - retried, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
    }

    [Fact]
    public void Should_try_a_refused_refund_again_and_be_told_again_when_it_is_refused_again() =>
        Given.Refunding().When(new LineReleased(1), new LineReleased(2), new RefundRefused(1, "closed_account"))
            .When(new RetryRequested("ada")).Then(SagaStep.Compensating, new Refund(1))
            .When(new RefundRefused(1, "closed_account")).Noting(new OrderNeedsAttention("refund refused: closed_account"));

    [Fact]
    public void Should_be_told_when_there_is_nothing_to_hasten()
    {
        foreach (var step in (SagaStep[])[SagaStep.AwaitingPayment, SagaStep.Confirmed, SagaStep.Completed, SagaStep.Cancelled, SagaStep.Rejected])
            Given.In(step).When(new RetryRequested("ada")).ThenNothing().Answering(new SagaAnswer.NothingToRetry());
    }

    [Fact]
    public void Should_hasten_the_undoing_of_late_money() =>
        Given.Rejected().When(new Captured(1)).When(new RetryRequested("ada"))
            .Then(SagaStep.Rejected, new Refund(1)).Answering(new SagaAnswer.Retrying());

    [Fact]
    public void Should_try_again_without_a_note_when_the_timeline_is_full()
    {
        var saga = Given.CaptureUnknown();
        while (saga.State.Timeline.Length < SagaState.MaximumTimeline)
            saga.When(new RetryRequested("ada"));
        while (!saga.State.NeedsAttention)
            saga.WhenDue();
        var full = saga.State.Timeline;

        saga.When(new RetryRequested("ada")).Then(SagaStep.CaptureUnknown, new LookupCapture(1)).Stored(SagaWrite.BeforeCommands)
            .Answering(new SagaAnswer.Retrying())
            .DueIn(TimeSpan.FromSeconds(1))
            .And(s => Assert.Equal((false, 0, saga.Now), (s.NeedsAttention, s.Tries, s.StepSince)))
            .And(s => Assert.Equal(full, s.Timeline))
            .When(new Captured(1)).Then(SagaStep.Confirmed).Noting(new OrderConfirmed(Given.Total));
    }

    [Fact]
    public void Should_not_make_the_timeline_grow_without_end()
    {
        var refused = Given.Refunding().When(new LineReleased(1), new LineReleased(2), new RefundRefused(1, "closed_account"));
        for (var again = 0; again < SagaState.MaximumTimeline; again++)
            refused.When(new RetryRequested("ada"), new RefundRefused(1, "closed_account"));
        Assert.True(refused.State is { NeedsAttention: true, Timeline.Length: SagaState.MaximumTimeline });

        var unanswered = Given.CaptureUnknown();
        for (var again = 0; again < SagaState.MaximumTimeline; again++)
        {
            unanswered.When(new RetryRequested("ada"));
            while (!unanswered.State.NeedsAttention)
                unanswered.WhenDue();
        }

        Assert.Equal(SagaState.MaximumTimeline, unanswered.State.Timeline.Length);
    }
}
