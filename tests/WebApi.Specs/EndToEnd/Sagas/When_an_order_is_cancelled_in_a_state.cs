using System.Net;
using Shop.Sagas;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

/// <summary>The column "customer cancels" of docs/saga.md, over HTTP. Orders on their way to the customer are in When_an_order_goes_its_way.</summary>
[Collection(typeof(InASteadyShop))]
public class When_an_order_is_cancelled_in_a_state(SteadyShop host)
{
    private readonly Shopper shop = new(host.Http);

    [Theory]
    [InlineData(null, "granted", "none 0 0")]
    [InlineData(SagaStep.Reserving, "granted", "none 0 0")]
    [InlineData(SagaStep.AwaitingPayment, "granted", "declined 0 0")]
    [InlineData(SagaStep.AuthorizationUnknown, "granted", "voided 0 0")]
    [InlineData(SagaStep.Confirmed, "refund_pending", "refunded 3998 3998")]
    public async Task Should_undo_everything_at_once(SagaStep? step, string outcome, string payment)
    {
        var order = await ParkedOrder.In(shop, step);

        Assert.Equal(outcome, (await order.Cancel()).Expect(HttpStatusCode.Accepted).At("outcome").GetString());

        // Comes too late to change anything: the event of the placement, or a Reserve that finds its reservation ended.
        if (step is null or SagaStep.Reserving)
            await order.LetGo();
        await AssertCancelled(order, payment);
        Assert.Equal(outcome, (await order.Cancel()).At("outcome").GetString());
    }

    [Theory]
    [InlineData(SagaStep.Authorizing, "granted", "voided 0 0")]
    [InlineData(SagaStep.Capturing, "refund_pending", "refunded 3998 3998")]
    [InlineData(SagaStep.CaptureUnknown, "refund_pending", "refunded 3998 3998")]
    public async Task Should_wait_for_the_payments_answer(SagaStep step, string outcome, string payment)
    {
        var order = await ParkedOrder.In(shop, step);

        Assert.Equal(outcome, (await order.Cancel("""{"reason":"merchant_request"}""")).Expect(HttpStatusCode.Accepted).At("outcome").GetString());

        var saga = await order.Saga();
        Assert.True(saga.StepIs(step));
        Assert.Equal("merchant_request", saga.At("cancelRequested").GetString());
        Assert.Equal("order-cancellation-requested", saga.Events()[^1]);
        Assert.Equal((2, 8), await order.Stock());
        await order.LetGo();
        await AssertCancelled(order, payment, "merchant_request");
    }

    [Fact]
    public async Task Should_be_too_late_when_the_shop_itself_gives_it_up()
    {
        var order = await ParkedOrder.In(shop, SagaStep.Compensating);

        Assert.Equal("too_late", (await order.Cancel()).Expect(HttpStatusCode.Accepted).At("outcome").GetString());

        await order.LetGo();
        Assert.Equal("payment_declined", (await order.When("rejected")).Reason());
        Assert.Equal("too_late", (await order.Cancel()).At("outcome").GetString());
    }

    [Fact]
    public async Task Should_be_granted_again_while_it_is_being_cancelled()
    {
        var order = await ParkedOrder.In(shop, SagaStep.Confirmed);
        var gate = CallGate.Hold($"p:{order.Product}", "Release");
        await order.Cancel();
        var version = (await order.When("compensating")).ETag;

        Assert.Equal("refund_pending", (await order.Cancel()).Expect(HttpStatusCode.Accepted).At("outcome").GetString());

        Assert.Equal(version, (await order.Read()).ETag);
        gate.Open();
        await AssertCancelled(order, "refunded 3998 3998");
    }

    private async Task AssertCancelled(ParkedOrder order, string payment, string reason = "customer_request")
    {
        var cancelled = await order.When("cancelled");
        Assert.Equal((reason, payment), (cancelled.Reason(), cancelled.Payment()));
        Assert.Equal((0, 10), await order.Stock());
        await shop.AssertBooks();
    }
}
