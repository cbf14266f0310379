using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_an_operation_is_looked_up
{
    private static readonly LookupPayment OfAuthorization = new(Auth, Trace);
    private static readonly LookupPayment OfCapture = new(Capture, Trace, Auth);

    [Fact]
    public void Should_answer_from_the_books_what_they_know()
    {
        Assert.Equal(new LookupResult.Authorized(), PaymentDecider.Recall(Authorized, OfAuthorization));
        Assert.Equal(new LookupResult.Declined("card_declined"), PaymentDecider.Recall(Declined, OfAuthorization));
        Assert.Equal(new LookupResult.Voided(), PaymentDecider.Recall(Voided, OfAuthorization));
        Assert.Equal(new LookupResult.Captured(), PaymentDecider.Recall(Captured, OfCapture));
        Assert.Equal(new LookupResult.CaptureFailed("capture_refused"), PaymentDecider.Recall(CaptureFailed, OfCapture));
    }

    [Fact]
    public void Should_ask_the_gateway_for_what_they_do_not_know()
    {
        Assert.Null(PaymentDecider.Recall(PaymentState.Empty, OfAuthorization));
        Assert.Null(PaymentDecider.Recall(Authorized, OfCapture));
    }

    [Fact]
    public void Should_take_an_authorization_that_surfaced_into_the_books()
    {
        Assert.Equal(
            new(new LookupResult.Authorized(), new PaymentAuthorized(Auth, Hundred)),
            Conclude(PaymentState.Empty, new GatewayAuthorization.Authorized(Hundred)));
        Assert.Equal(
            new(new LookupResult.Declined("card_declined"), new PaymentDeclined(Auth, "card_declined", Hundred)),
            Conclude(PaymentState.Empty, new GatewayAuthorization.Declined("card_declined", Hundred)));
        Assert.Equal(
            new(new LookupResult.Voided(), new PaymentVoided(Auth, Euro(0))),
            Conclude(PaymentState.Empty, new GatewayAuthorization.Voided(Euro(0))));
    }

    [Fact]
    public void Should_take_a_capture_that_surfaced_into_the_books()
    {
        Assert.Equal(
            new(new LookupResult.Captured(), new PaymentCaptured(Capture, Auth, Hundred)),
            Conclude(Authorized, new GatewayCapture.Captured(Hundred)));
        Assert.Equal(
            new(new LookupResult.CaptureFailed("capture_refused"), new PaymentCaptureFailed(Capture, "capture_refused", Auth, Hundred)),
            Conclude(Authorized, new GatewayCapture.Failed("capture_refused", Hundred)));
    }

    [Fact]
    public void Should_store_nothing_when_the_gateway_knows_nothing_or_does_not_answer()
    {
        Assert.Equal(new(new LookupResult.NotFound(), null), Conclude(PaymentState.Empty, new GatewayAuthorization.NotFound()));
        Assert.Equal(new(new LookupResult.NotFound(), null), Conclude(Authorized, new GatewayCapture.NotFound()));
        Assert.Equal(
            new(new LookupResult.Unknown("no answer"), null),
            PaymentDecider.Conclude(PaymentState.Empty, OfAuthorization, Nothing<GatewayAuthorization>()));
        Assert.Equal(
            new(new LookupResult.Unknown("no answer"), null),
            PaymentDecider.Conclude(Authorized, OfCapture, Auth, Nothing<GatewayCapture>()));
    }

    [Fact]
    public void Should_believe_what_was_stored_while_the_gateway_was_asked()
    {
        Assert.Equal(new(new LookupResult.Authorized(), null), Conclude(Authorized, new GatewayAuthorization.NotFound()));
        Assert.Equal(new(new LookupResult.Captured(), null), Conclude(Captured, new GatewayCapture.NotFound()));
        Assert.Equal(
            new(new LookupResult.Voided(), null, EndAtGateway: true), Conclude(Voided, new GatewayAuthorization.Authorized(Hundred)));
    }

    private static PaymentDecision<LookupResult> Conclude(PaymentState state, GatewayAuthorization answer) =>
        PaymentDecider.Conclude(state, OfAuthorization, Reply(answer));

    private static PaymentDecision<LookupResult> Conclude(PaymentState state, GatewayCapture answer) =>
        PaymentDecider.Conclude(state, OfCapture, Auth, Reply(answer));
}
