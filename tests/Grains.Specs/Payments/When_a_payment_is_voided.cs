using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_a_payment_is_voided
{
    [Fact]
    public void Should_ask_the_gateway_to_end_what_is_authorized_or_was_never_seen()
    {
        Assert.Null(PaymentDecider.Recall(Authorized, VoidIt));
        Assert.Null(PaymentDecider.Recall(CaptureFailed, VoidIt));
        Assert.Null(PaymentDecider.Recall(PaymentState.Empty, VoidIt));
    }

    [Fact]
    public void Should_store_that_it_is_ended() =>
        Assert.Equal(
            new(new VoidResult.Voided(), new PaymentVoided(Auth, Hundred)),
            PaymentDecider.Conclude(Authorized, VoidIt, Reply(new GatewayVoid.Voided(Hundred))));

    [Fact]
    public void Should_leave_a_tombstone_for_what_was_never_seen()
    {
        var decision = PaymentDecider.Conclude(PaymentState.Empty, VoidIt, Reply(new GatewayVoid.Voided(Euro(0))));

        Assert.Equal(new(new VoidResult.Voided(), new PaymentVoided(Auth, Euro(0))), decision);
        Assert.Equal(new AuthorizeResult.Voided(), PaymentDecider.Recall(PaymentState.Empty.Evolve(decision.Fact!), Authorize));
    }

    [Fact]
    public void Should_store_what_the_gateway_had_authorized_unseen() =>
        Assert.Equal(
            new PaymentVoided(Auth, Hundred),
            PaymentDecider.Conclude(PaymentState.Empty, VoidIt, Reply(new GatewayVoid.Voided(Hundred))).Fact);

    [Fact]
    public void Should_store_that_the_gateway_had_declined_unseen() =>
        Assert.Equal(
            new(new VoidResult.Voided(), new PaymentDeclined(Auth, "card_declined", Hundred)),
            PaymentDecider.Conclude(PaymentState.Empty, VoidIt, Reply(new GatewayVoid.Declined("card_declined", Hundred))));

    [Fact]
    public void Should_take_up_a_capture_whose_answer_was_lost() =>
        Assert.Equal(
            new(new VoidResult.AlreadyCaptured(Capture), new PaymentCaptured(Capture, Auth, Hundred)),
            PaymentDecider.Conclude(Authorized, VoidIt, Reply(new GatewayVoid.Captured(Capture, Hundred))));

    [Fact]
    public void Should_point_to_the_capture_in_the_books()
    {
        Assert.Equal(new VoidResult.AlreadyCaptured(Capture), PaymentDecider.Recall(Captured, VoidIt));
        Assert.Equal(
            new(new VoidResult.AlreadyCaptured(Capture), null),
            PaymentDecider.Conclude(Captured, VoidIt, Reply(new GatewayVoid.Captured(Capture, Hundred))));
    }

    [Fact]
    public void Should_answer_again_from_the_books()
    {
        Assert.Equal(new VoidResult.Voided(), PaymentDecider.Recall(Voided, VoidIt));
        Assert.Equal(new VoidResult.Voided(), PaymentDecider.Recall(Declined, VoidIt));
        Assert.Equal(
            new(new VoidResult.Voided(), null), PaymentDecider.Conclude(Voided, VoidIt, Reply(new GatewayVoid.Voided(Hundred))));
    }

    [Fact]
    public void Should_store_nothing_without_a_definite_answer() =>
        Assert.Equal(
            new(new VoidResult.Unknown("no answer"), null), PaymentDecider.Conclude(Authorized, VoidIt, Nothing<GatewayVoid>()));
}
