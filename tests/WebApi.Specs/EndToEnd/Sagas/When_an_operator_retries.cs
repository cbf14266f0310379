using System.Net;
using Shop.Sagas;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

[Collection(typeof(InASteadyShop))]
public class When_an_operator_retries(SteadyShop host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_give_the_money_back_that_the_gateway_would_not()
    {
        var product = await shop.Product(stock: 10);
        var order = (await shop.Order(product, 2, "tok_refund_flaky")).OrderId;
        var cancelled = await shop.Post($"/v1/orders/{order}/cancellations", null, Shopper.NewId("k"));
        Assert.Equal("refund_pending", cancelled.At("outcome").GetString());
        var saga = await Shopper.Eventually(
            () => shop.Get($"/v1/ops/sagas/{order}"), s => s.At("needsAttention").GetBoolean(), "the refused refund needs attention");
        Assert.Equal(("compensating", "refund 1"), (saga.OrderStatus, saga.Outstanding().Split(", ")[^1]));
        Assert.Equal("captured 3998 0", (await shop.Read(order)).Payment());

        var retried = (await shop.Post($"/v1/ops/sagas/{order}/retry", """{"operator":"bob"}""", null)).Expect(HttpStatusCode.Accepted);

        Assert.Equal("compensating", retried.OrderStatus);
        Assert.Equal("refunded 3998 3998", (await shop.OrderWhen(order, "cancelled")).Payment());
        saga = await shop.Get($"/v1/ops/sagas/{order}");
        Assert.Equal(["order-needs-attention", "order-retried", "order-cancelled"], saga.Events()[^3..]);
        Assert.False(saga.At("stuck").GetBoolean());
        await shop.AssertBooks();
    }

    [Theory]
    [InlineData(SagaStep.AwaitingPayment)]
    [InlineData(SagaStep.Confirmed)]
    public async Task Should_find_nothing_to_retry_where_nothing_is_outstanding(SagaStep step)
    {
        var order = await ParkedOrder.In(shop, step);
        var version = (await order.Read()).ETag;

        (await order.Retry("ann")).ExpectProblem(HttpStatusCode.Conflict, "invalid-transition");

        Assert.Equal(version, (await order.Read()).ETag);
    }

    [Fact]
    public async Task Should_note_every_press_and_do_nothing_twice()
    {
        var order = await ParkedOrder.In(shop, SagaStep.Capturing);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await order.Retry("ann")).Expect(HttpStatusCode.Accepted)));

        await order.LetGo();

        Assert.Equal("captured 3998 0", (await order.When("confirmed")).Payment());
        Assert.Equal(5, (await order.Saga()).Events().Count(e => e == "order-retried"));
        await shop.AssertBooks();
    }

    [Theory]
    [InlineData("""{"operator":""}""")]
    [InlineData("""{"operator":"two words"}""")]
    [InlineData("""{"operator":7}""")]
    [InlineData("[]")]
    public async Task Should_refuse_a_name_it_cannot_write_down(string json)
    {
        var order = await ParkedOrder.In(shop, SagaStep.AuthorizationUnknown);

        (await shop.Post($"/v1/ops/sagas/{order.Id}/retry", json, null)).ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.DoesNotContain("order-retried", (await order.Saga()).Events());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"operator":null}""")]
    public async Task Should_write_down_that_no_name_was_given(string? json)
    {
        var order = await ParkedOrder.In(shop, SagaStep.AuthorizationUnknown);

        (await shop.Post($"/v1/ops/sagas/{order.Id}/retry", json, null)).Expect(HttpStatusCode.Accepted);
        await order.When("confirmed");

        var retried = Assert.Single((await order.Saga()).At("timeline").EnumerateArray(), e => e.GetProperty("type").GetString() == "order-retried");
        Assert.Equal("unnamed", retried.GetProperty("data").GetProperty("operator").GetString());
    }
}
