using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_compensating
{
    [Fact]
    public void Should_void_an_attempt_that_was_never_sent() =>
        // Nobody knows that: an activation that is gone may have got as far.
        Given.Reserving().When(new LineRefused(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));

    [Fact]
    public void Should_end_only_when_everything_is_acknowledged_in_whatever_order()
    {
        SagaInput[] acknowledgements = [new LineReleased(1), new LineReleased(2), new Voided(1)];
        foreach (var order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            Given.Compensating()
                .When(acknowledgements[order[0]]).Then(SagaStep.Compensating).Stored(SagaWrite.InMemory)
                .When(acknowledgements[order[0]]).ThenNothing()
                .When(acknowledgements[order[1]]).Then(SagaStep.Compensating).Stored(SagaWrite.InMemory)
                .When(acknowledgements[order[2]]).Then(SagaStep.Cancelled).Stored(SagaWrite.BeforeCommands)
                .Noting(new OrderCancelled(OrderEndReason.CustomerRequest, Given.Total with { Amount = 0 }))
                .NeverDue();
        }
    }

    [Theory]
    [InlineData(OrderEndReason.CustomerRequest)]
    [InlineData(OrderEndReason.MerchantRequest)]
    public void Should_end_as_cancelled_when_a_person_wanted_it(OrderEndReason reason) =>
        Given.Reserving().When(Given.Cancel(reason: reason)).When(new LineReleased(1), new LineReleased(2), new Voided(1))
            .Then(SagaStep.Cancelled)
            .And(s => Assert.Equal(reason, s.ToView().Reason));

    [Fact]
    public void Should_ask_again_for_ever_only_for_what_is_missing()
    {
        var saga = Given.Refunding().When(new LineReleased(2));
        foreach (var seconds in (int[])[30, 60, 120, 240, 300, 300])
            saga.DueIn(TimeSpan.FromSeconds(seconds)).WhenDue().Then(SagaStep.Compensating, new Release(1), new Refund(1));
    }

    [Fact]
    public void Should_call_for_a_person_once_when_it_takes_long()
    {
        var saga = Given.Refunding();
        var since = saga.Now;
        while (!saga.State.NeedsAttention)
            saga.WhenDue();
        Assert.InRange(saga.Now - since, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(20));
        saga.WhenDue().WhenDue();
        Assert.Single(saga.State.Timeline, e => e.Fact is OrderNeedsAttention);
    }

    [Fact]
    public void Should_call_for_a_person_when_a_refund_is_refused_and_try_again_all_the_same() =>
        Given.Refunding().When(new RefundRefused(1, "closed_account"))
            .Then(SagaStep.Compensating).Stored(SagaWrite.BeforeCommands)
            .Noting(new OrderNeedsAttention("refund refused: closed_account"))
            .When(new RefundRefused(1, "closed_account")).ThenNothing()
            .WhenDue().Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1))
            .When(new LineReleased(1), new LineReleased(2), new Refunded(1)).Then(SagaStep.Cancelled)
            .And(s => Assert.False(s.NeedsAttention));

    [Fact]
    public void Should_not_wait_for_a_void_of_what_turns_out_declined() =>
        Given.Compensating().When(new LineReleased(1), new LineReleased(2)).When(new Declined(1, "declined")).Then(SagaStep.Cancelled);

    [Fact]
    public void Should_void_an_authorization_that_comes_after_all() =>
        Given.Compensating().When(new Authorized(1)).Then(SagaStep.Compensating, new SagaCommand.Void(1))
            .When(new Authorized(1)).ThenNothing()
            .When(new LineReleased(1), new LineReleased(2), new Voided(1)).Then(SagaStep.Cancelled);

    [Fact]
    public void Should_forget_acknowledgements_in_a_crash_and_ask_for_them_again()
    {
        var saga = Given.Compensating();
        var stored = saga.State;
        saga.When(new LineReleased(1), new Voided(1)).ResumedFrom(stored)
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));
    }
}

public sealed class When_money_surfaces_after_the_end
{
    public static TheoryData<SagaStep> Undone => [SagaStep.Cancelled, SagaStep.Rejected];

    [Theory, MemberData(nameof(Undone))]
    public void Should_void_an_authorization_note_it_and_stay(SagaStep end) =>
        Given.In(end).After(TimeSpan.FromHours(1))
            .When(new Authorized(1)).Then(end, new SagaCommand.Void(1)).Stored(SagaWrite.BeforeCommands).DueIn(TimeSpan.FromSeconds(30))
            .When(new Authorized(1)).ThenNothing()
            .When(new Voided(1)).Then(end).Noting(new OrderLatePaymentUndone(1, Given.Total)).NeverDue()
            .When(new Voided(1)).ThenNothing();

    [Theory, MemberData(nameof(Undone))]
    public void Should_refund_a_capture_note_it_and_stay(SagaStep end) =>
        Given.In(end)
            .When(new Captured(1)).Then(end, new Refund(1)).Stored(SagaWrite.BeforeCommands)
            .When(new Refunded(1)).Then(end).Noting(new OrderLatePaymentUndone(1, Given.Total)).NeverDue()
            .When(new Captured(1)).ThenNothing();

    [Fact]
    public void Should_refund_when_the_void_comes_too_late() =>
        Given.Cancelled().When(new Authorized(1)).When(new Captured(1)).Then(SagaStep.Cancelled, new Refund(1))
            .When(new Refunded(1)).NeverDue();

    [Fact]
    public void Should_ask_for_ever_and_call_for_a_person_only_when_undoing_takes_long()
    {
        var saga = Given.Rejected().After(TimeSpan.FromDays(1)).When(new Captured(1));
        saga.WhenDue().Then(SagaStep.Rejected, new Refund(1)).And(s => Assert.False(s.NeedsAttention));
        for (var i = 0; i < 10; i++)
            saga.WhenDue().Then(SagaStep.Rejected, new Refund(1));
        saga.And(s => Assert.True(s.NeedsAttention))
            .When(new Refunded(1)).And(s => Assert.False(s.NeedsAttention)).NeverDue();
    }

    [Fact]
    public void Should_call_for_a_person_when_the_refund_is_refused() =>
        Given.Rejected().When(new Captured(1)).When(new RefundRefused(1, "closed_account"))
            .Then(SagaStep.Rejected).Noting(new OrderNeedsAttention("refund refused: closed_account"))
            .WhenDue().Then(SagaStep.Rejected, new Refund(1));

    [Fact]
    public void Should_find_it_again_after_a_crash() =>
        Given.Rejected().When(new Authorized(1)).When(new Resumed()).Then(SagaStep.Rejected, new SagaCommand.Void(1));

    [Fact]
    public void Should_leave_a_completed_order_its_money() =>
        Given.Completed().When(new Captured(1)).ThenNothing()
            .When(new Resumed()).Then(SagaStep.Completed)
            .When(new Refunded(1)).ThenNothing()
            .When(new Voided(1)).ThenNothing()
            .NeverDue();
}
