using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using static Shop.Sagas.SagaCommand;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

public sealed class When_a_customer_cancels
{
    /// <summary>The first answer in every state where cancelling changes something.</summary>
    public static TheoryData<SagaStep, bool> Cancellable => new()
    {
        { SagaStep.Reserving, false },
        { SagaStep.Authorizing, false },
        { SagaStep.AwaitingPayment, false },
        { SagaStep.AuthorizationUnknown, false },
        { SagaStep.Capturing, true },
        { SagaStep.CaptureUnknown, true },
        { SagaStep.Confirmed, true },
    };

    private static SagaAnswer Answer(bool refund, bool replayed) =>
        refund ? new SagaAnswer.CancelRefundPending(replayed) : new SagaAnswer.CancelGranted(replayed);

    [Theory, MemberData(nameof(Cancellable))]
    public void Should_answer_when_it_is_stored(SagaStep step, bool refund) =>
        Given.In(step).When(Given.Cancel()).Stored(SagaWrite.BeforeCommands).Answering(Answer(refund, replayed: false));

    [Theory, MemberData(nameof(Cancellable))]
    public void Should_repeat_the_answer_under_the_same_key(SagaStep step, bool refund) =>
        Given.In(step).When(Given.Cancel("k"))
            .When(Given.Cancel("k")).ThenNothing().Answering(Answer(refund, replayed: true));

    [Theory, MemberData(nameof(Cancellable))]
    public void Should_grant_it_to_another_key_without_doing_it_twice(SagaStep step, bool refund) =>
        Given.In(step).When(Given.Cancel("k1"))
            .When(Given.Cancel("k2")).ThenOnlyRemembered().Answering(Answer(refund, replayed: false))
            .When(Given.Cancel("k2")).ThenNothing().Answering(Answer(refund, replayed: true));

    [Fact]
    public void Should_repeat_the_first_answer_to_each_key_although_the_order_has_moved_on() =>
        Given.Capturing().When(Given.Cancel("k1")).When(Given.Cancel("k2")).Answering(new SagaAnswer.CancelRefundPending(Replayed: false))
            .When(new CaptureFailed(1, "expired"))
            .When(Given.Cancel("k2")).ThenNothing().Answering(new SagaAnswer.CancelRefundPending(Replayed: true));

    [Fact]
    public void Should_not_let_a_client_make_the_state_grow_without_end()
    {
        var saga = Given.In(SagaStep.Completed);
        for (var n = 0; n < SagaState.MaximumRequests; n++)
            saga.When(Given.Cancel($"k{n}")).ThenOnlyRemembered();
        saga.When(Given.Cancel("one more")).ThenNothing().Answering(new SagaAnswer.CancelTooLate(Replayed: false));
    }

    [Theory, MemberData(nameof(Cancellable))]
    public void Should_refuse_another_request_under_the_same_key(SagaStep step, bool refund) =>
        Given.In(step).When(Given.Cancel("k", "h1")).Answering(Answer(refund, replayed: false))
            .When(Given.Cancel("k", "h2")).ThenNothing().Answering(new SagaAnswer.Mismatch());

    [Theory]
    [InlineData(SagaStep.Fulfilling)]
    [InlineData(SagaStep.Completed)]
    [InlineData(SagaStep.Rejected)]
    public void Should_be_told_that_it_is_too_late_every_time(SagaStep step) =>
        Given.In(step).When(Given.Cancel("k")).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false))
            .When(Given.Cancel("k")).ThenNothing().Answering(new SagaAnswer.CancelTooLate(Replayed: true))
            .When(Given.Cancel("k2", "h2")).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false));

    [Fact]
    public void Should_be_told_too_late_while_the_shop_is_undoing_the_order_itself() =>
        Given.Reserving().When(new LineRefused(1)).When(Given.Cancel()).ThenOnlyRemembered().Answering(new SagaAnswer.CancelTooLate(Replayed: false));

    [Fact]
    public void Should_repeat_the_answer_after_the_end() =>
        Given.Reserving().When(Given.Cancel("k")).When(new LineReleased(1), new LineReleased(2), new Voided(1)).Then(SagaStep.Cancelled)
            .When(Given.Cancel("k")).ThenNothing().Answering(new SagaAnswer.CancelGranted(Replayed: true))
            .When(Given.Cancel("k", "h2")).ThenNothing().Answering(new SagaAnswer.Mismatch());

    [Fact]
    public void Should_be_undone_at_once_when_it_comes_right_after_the_start() =>
        // A cancellation that finds the saga not started starts it from the placement; the Reserves are on their way then.
        Given.Started().When(Given.Cancel()).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new LineHeld(1)).ThenNothing()
            .When(new LineRefused(2)).ThenNothing()
            .When(new LineReleased(1), new LineReleased(2), new Voided(1)).Then(SagaStep.Cancelled);

    [Fact]
    public void Should_wait_for_the_authorization_and_then_void_it() =>
        Given.Authorizing().When(Given.Cancel()).Then(SagaStep.Authorizing).Noting(new OrderCancellationRequested())
            .When(new Authorized(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .Noting(new OrderPaymentAuthorized(1, Given.Total), new OrderCompensationStarted(OrderEndReason.CustomerRequest));

    [Theory]
    [MemberData(nameof(AuthorizationAnswers))]
    public void Should_end_as_cancelled_whatever_the_authorization_answers(SagaInput answer, bool voids)
    {
        var saga = Given.Authorizing().When(Given.Cancel()).When(answer);
        saga.Then(SagaStep.Compensating, voids ? [new Release(1), new Release(2), new SagaCommand.Void(1)] : [new Release(1), new Release(2)])
            .When(new LineReleased(1), new LineReleased(2), new Voided(1))
            .Then(SagaStep.Cancelled);
    }

    public static IEnumerable<TheoryDataRow<SagaInput, bool>> AuthorizationAnswers() =>
    [
        new(new Authorized(1), true) { TestDisplayName = "authorized" },
        new(new AuthorizationUnknown(1), true) { TestDisplayName = "unknown" },
        new(new AuthorizationNotFound(1), true) { TestDisplayName = "not found" },
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_have_nothing_to_void_when_nothing_can_be_authorized(bool declined) =>
        Given.Authorizing().When(Given.Cancel()).When(declined ? new Declined(1, "declined") : new Voided(1))
            .Then(SagaStep.Compensating, new Release(1), new Release(2))
            .When(new LineReleased(1), new LineReleased(2)).Then(SagaStep.Cancelled);

    [Fact]
    public void Should_not_wait_longer_than_an_authorization_may_take() =>
        Given.Authorizing().When(Given.Cancel()).WhenDue()
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));

    [Fact]
    public void Should_wait_for_the_capture_and_then_refund() =>
        Given.Capturing().When(Given.Cancel()).Then(SagaStep.Capturing)
            .When(new Captured(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1))
            .Noting(new OrderCompensationStarted(OrderEndReason.CustomerRequest))
            .When(new LineReleased(1), new LineReleased(2)).When(new Refunded(1)).Then(SagaStep.Cancelled)
            .Noting(new OrderCancelled(OrderEndReason.CustomerRequest, Given.Total));

    [Fact]
    public void Should_end_as_cancelled_also_when_the_capture_fails() =>
        Given.Capturing().When(Given.Cancel()).When(new CaptureFailed(1, "expired"))
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1))
            .When(new LineReleased(1), new LineReleased(2), new Voided(1)).Then(SagaStep.Cancelled);

    [Fact]
    public void Should_still_wait_when_the_capture_becomes_unknown() =>
        Given.Capturing().When(Given.Cancel()).When(new CaptureUnknown(1)).Then(SagaStep.CaptureUnknown)
            .When(new Captured(1)).Then(SagaStep.Compensating, new Release(1), new Release(2), new Refund(1));

    [Fact]
    public void Should_keep_the_flag_over_a_crash() =>
        Given.Authorizing().When(Given.Cancel()).When(new Resumed()).Then(SagaStep.Authorizing, new LookupAuthorization(1))
            .When(new AuthorizationNotFound(1))
            .Then(SagaStep.Compensating, new Release(1), new Release(2), new SagaCommand.Void(1));
}
