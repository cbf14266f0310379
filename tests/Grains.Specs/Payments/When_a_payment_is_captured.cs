using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using Shop.Values;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_a_payment_is_captured
{
    [Fact]
    public void Should_ask_the_gateway_for_what_is_authorized() =>
        Assert.Null(PaymentDecider.Recall(Authorized, CaptureAll));

    [Fact]
    public void Should_store_what_the_gateway_captured() =>
        Assert.Equal(
            new(new CaptureResult.Captured(), new PaymentCaptured(Capture, Auth, Hundred)),
            PaymentDecider.Conclude(Authorized, CaptureAll, Reply(new GatewayCapture.Captured(Hundred))));

    [Fact]
    public void Should_store_that_the_gateway_refused() =>
        Assert.Equal(
            new(new CaptureResult.Failed("capture_refused"), new PaymentCaptureFailed(Capture, "capture_refused", Auth, Hundred)),
            PaymentDecider.Conclude(Authorized, CaptureAll, Reply(new GatewayCapture.Failed("capture_refused", Hundred))));

    [Fact]
    public void Should_store_nothing_without_a_definite_answer()
    {
        Assert.Equal(
            new(new CaptureResult.Unknown("no answer"), null),
            PaymentDecider.Conclude(Authorized, CaptureAll, Nothing<GatewayCapture>()));
        Assert.Null(PaymentDecider.Conclude(Authorized, CaptureAll, Reply(new GatewayCapture.NotFound())).Fact);
    }

    [Fact]
    public void Should_answer_again_from_the_books()
    {
        Assert.Equal(new CaptureResult.Captured(), PaymentDecider.Recall(Captured, CaptureAll));
        Assert.Equal(new CaptureResult.Captured(), PaymentDecider.Recall(Refunded, CaptureAll));
        Assert.Equal(new CaptureResult.Failed("capture_refused"), PaymentDecider.Recall(CaptureFailed, CaptureAll));
        Assert.Equal(
            new(new CaptureResult.Captured(), null),
            PaymentDecider.Conclude(Captured, CaptureAll, Nothing<GatewayCapture>()));
    }

    [Fact]
    public void Should_refuse_what_is_not_authorized()
    {
        Assert.Equal(new CaptureResult.Failed(PaymentCodes.AuthorizationVoided), PaymentDecider.Recall(Voided, CaptureAll));
        Assert.Equal(new CaptureResult.Failed(PaymentCodes.AuthorizationDeclined), PaymentDecider.Recall(Declined, CaptureAll));
    }

    [Fact]
    public void Should_have_the_authorization_looked_up_when_the_books_do_not_know_it() =>
        Assert.Null(PaymentDecider.Recall(PaymentState.Empty, CaptureAll));

    [Theory]
    [InlineData(101, "EUR")]
    [InlineData(-1, "EUR")]
    [InlineData(long.MaxValue, "EUR")]
    [InlineData(100, "USD")]
    public void Should_refuse_more_than_is_authorized(long amount, string currency) =>
        Assert.Equal(
            new CaptureResult.Failed(PaymentCodes.ExceedsAuthorization),
            PaymentDecider.Recall(Authorized, CaptureAll with { Amount = new Money(amount, currency) }));

    [Fact]
    public void Should_count_what_other_captures_took()
    {
        var half = Authorized.Evolve(new PaymentCaptured(Capture, Auth, Euro(60)));
        var second = CaptureAll with { Key = Order + ":capture:2" };

        Assert.Null(PaymentDecider.Recall(half, second with { Amount = Euro(40) }));
        Assert.Equal(
            new CaptureResult.Failed(PaymentCodes.ExceedsAuthorization), PaymentDecider.Recall(half, second with { Amount = Euro(41) }));
    }
}
