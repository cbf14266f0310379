using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_a_payment_is_authorized
{
    [Fact]
    public void Should_ask_the_gateway_for_what_the_books_do_not_know() =>
        Assert.Null(PaymentDecider.Recall(PaymentState.Empty, Authorize));

    [Fact]
    public void Should_store_what_the_gateway_authorized()
    {
        var decision = PaymentDecider.Conclude(PaymentState.Empty, Authorize, Reply(new GatewayAuthorization.Authorized(Hundred)));

        Assert.Equal(new(new AuthorizeResult.Authorized(), new PaymentAuthorized(Auth, Hundred)), decision);
    }

    [Fact]
    public void Should_store_what_the_gateway_declined()
    {
        var decision = PaymentDecider.Conclude(
            PaymentState.Empty, Authorize, Reply(new GatewayAuthorization.Declined("card_declined", Hundred)));

        Assert.Equal(new(new AuthorizeResult.Declined("card_declined"), new PaymentDeclined(Auth, "card_declined", Hundred)), decision);
    }

    [Fact]
    public void Should_store_that_a_void_came_first_at_the_gateway()
    {
        var decision = PaymentDecider.Conclude(PaymentState.Empty, Authorize, Reply(new GatewayAuthorization.Voided(Euro(0))));

        Assert.Equal(new(new AuthorizeResult.Voided(), new PaymentVoided(Auth, Euro(0))), decision);
    }

    [Fact]
    public void Should_store_nothing_without_a_definite_answer()
    {
        Assert.Equal(
            new(new AuthorizeResult.Unknown("no answer"), null),
            PaymentDecider.Conclude(PaymentState.Empty, Authorize, Nothing<GatewayAuthorization>()));
        Assert.Null(PaymentDecider.Conclude(PaymentState.Empty, Authorize, Reply(new GatewayAuthorization.NotFound())).Fact);
    }

    [Fact]
    public void Should_answer_again_from_the_books()
    {
        Assert.Equal(new AuthorizeResult.Authorized(), PaymentDecider.Recall(Authorized, Authorize));
        Assert.Equal(new AuthorizeResult.Authorized(), PaymentDecider.Recall(Captured, Authorize));
        Assert.Equal(new AuthorizeResult.Declined("card_declined"), PaymentDecider.Recall(Declined, Authorize));
        Assert.Equal(new AuthorizeResult.Voided(), PaymentDecider.Recall(Voided, Authorize));
    }

    [Fact]
    public void Should_not_store_twice_what_two_calls_bring_back() =>
        Assert.Equal(
            new(new AuthorizeResult.Authorized(), null),
            PaymentDecider.Conclude(Authorized, Authorize, Reply(new GatewayAuthorization.Authorized(Hundred))));

    [Fact]
    public void Should_stay_voided_when_the_authorization_arrives_afterwards_and_have_it_ended() =>
        Assert.Equal(
            new(new AuthorizeResult.Voided(), null, EndAtGateway: true),
            PaymentDecider.Conclude(Voided, Authorize, Reply(new GatewayAuthorization.Authorized(Hundred))));

    [Fact]
    public void Should_stay_voided_when_no_answer_arrives_afterwards() =>
        Assert.Equal(
            new(new AuthorizeResult.Voided(), null),
            PaymentDecider.Conclude(Voided, Authorize, Nothing<GatewayAuthorization>()));

    [Fact]
    public void Should_tell_another_attempt_from_the_first() =>
        Assert.Null(PaymentDecider.Recall(Declined, Authorize with { Key = Order + ":auth:2" }));
}
