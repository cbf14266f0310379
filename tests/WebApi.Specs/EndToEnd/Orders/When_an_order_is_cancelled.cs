using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Orders;

public class When_an_order_is_cancelled(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_be_granted_while_nothing_is_captured()
    {
        var product = await shop.Product(stock: 10);
        var order = await shop.Order(product, 2, "tok_declined");

        var answer = await Cancel(order.OrderId, null);

        Assert.Equal("""{"outcome":"granted"}""", answer.Expect(HttpStatusCode.Accepted).Text);
        var cancelled = await shop.OrderWhen(order.OrderId, "cancelled");
        Assert.Equal("customer_request", cancelled.At("reason").GetString());
        Assert.Equal(10, (await shop.Stock(product)).At("available").GetInt64());
    }

    [Fact]
    public async Task Should_give_the_money_back_once_it_is_captured()
    {
        var product = await shop.Product(stock: 10);
        var order = await shop.Order(product, 2);

        var answer = await Cancel(order.OrderId, "{}");

        Assert.Equal("""{"outcome":"refund_pending"}""", answer.Expect(HttpStatusCode.Accepted).Text);
        var cancelled = await shop.OrderWhen(order.OrderId, "cancelled");
        Assert.Equal(3998, cancelled.At("payment", "refunded").GetInt64());
        Assert.Equal(10, (await shop.Stock(product)).At("available").GetInt64());
    }

    [Fact]
    public async Task Should_be_too_late_once_the_shop_has_ended_it()
    {
        var order = await shop.Order(await shop.Product(stock: 0), 1);
        Assert.Equal("rejected", order.OrderStatus);

        var answer = await Cancel(order.OrderId, null);

        Assert.Equal("""{"outcome":"too_late"}""", answer.Expect(HttpStatusCode.Accepted).Text);
        Assert.Equal("rejected", (await shop.Read(order.OrderId)).OrderStatus);
    }

    [Fact]
    public async Task Should_answer_a_repetition_as_before()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1);
        var key = Shopper.NewId("k");
        var first = await Cancel(order.OrderId, null, key);
        var cancelled = await shop.OrderWhen(order.OrderId, "cancelled");

        var again = await Cancel(order.OrderId, """{"reason":"customer_request"}""", key);

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(cancelled.ETag, (await shop.Read(order.OrderId)).ETag);
        (await Cancel(order.OrderId, """{"reason":"merchant_request"}""", key)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency-mismatch");
    }

    [Fact]
    public async Task Should_note_that_the_merchant_wanted_it()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, "tok_declined");

        await Cancel(order.OrderId, """{"reason":"merchant_request"}""");

        Assert.Equal("merchant_request", (await shop.OrderWhen(order.OrderId, "cancelled")).At("reason").GetString());
    }

    [Fact]
    public async Task Should_refuse_what_it_does_not_understand()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, "tok_declined");

        (await shop.Post($"/v1/orders/{order.OrderId}/cancellations", null, null)).ExpectProblem(HttpStatusCode.BadRequest, "validation");
        (await Cancel(order.OrderId, """{"reason":"whim"}""")).ExpectProblem(HttpStatusCode.BadRequest, "validation");
        (await Cancel(order.OrderId, "[")).ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.Equal("awaiting_payment", (await shop.Read(order.OrderId)).OrderStatus);
    }

    private Task<Answer> Cancel(string order, string? json, string? key = null) =>
        shop.Post($"/v1/orders/{order}/cancellations", json, key ?? Shopper.NewId("k"));
}
