using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_a_payment_is_refunded
{
    [Fact]
    public void Should_ask_the_gateway_for_what_is_captured() =>
        Assert.Null(PaymentDecider.Recall(Captured, RefundAll));

    [Fact]
    public void Should_store_what_was_given_back() =>
        Assert.Equal(
            new(new RefundResult.Refunded(), new PaymentRefunded(Refund, Capture, Hundred)),
            PaymentDecider.Conclude(Captured, RefundAll, Reply(new GatewayRefund.Refunded(Hundred))));

    [Fact]
    public void Should_remember_no_refusal() =>
        Assert.Equal(
            new(new RefundResult.Failed("later"), null),
            PaymentDecider.Conclude(Captured, RefundAll, Reply(new GatewayRefund.Failed("later"))));

    [Fact]
    public void Should_store_nothing_without_a_definite_answer() =>
        Assert.Equal(
            new(new RefundResult.Unknown("no answer"), null), PaymentDecider.Conclude(Captured, RefundAll, Nothing<GatewayRefund>()));

    [Fact]
    public void Should_answer_again_from_the_books()
    {
        Assert.Equal(new RefundResult.Refunded(), PaymentDecider.Recall(Refunded, RefundAll));
        Assert.Equal(
            new(new RefundResult.Refunded(), null), PaymentDecider.Conclude(Refunded, RefundAll, Nothing<GatewayRefund>()));
    }

    [Fact]
    public void Should_refuse_what_was_not_captured()
    {
        var failed = new RefundResult.Failed(PaymentCodes.CaptureNotFound);

        Assert.Equal(failed, PaymentDecider.Recall(PaymentState.Empty, RefundAll));
        Assert.Equal(failed, PaymentDecider.Recall(Authorized, RefundAll));
        Assert.Equal(failed, PaymentDecider.Recall(CaptureFailed, RefundAll));
    }

    [Fact]
    public void Should_refuse_more_than_was_captured()
    {
        var failed = new RefundResult.Failed(PaymentCodes.ExceedsCapture);
        var half = Captured.Evolve(new PaymentRefunded(Refund, Capture, Euro(60)));
        var second = RefundAll with { Key = Order + ":refund:2" };

        Assert.Equal(failed, PaymentDecider.Recall(Captured, RefundAll with { Amount = Euro(101) }));
        Assert.Equal(failed, PaymentDecider.Recall(Captured, RefundAll with { Amount = new(100, "USD") }));
        Assert.Equal(failed, PaymentDecider.Recall(half, second with { Amount = Euro(41) }));
        Assert.Null(PaymentDecider.Recall(half, second with { Amount = Euro(40) }));
    }
}
