using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Orders;

public class When_an_order_cannot_be_fulfilled(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_reject_it_when_the_stock_does_not_suffice()
    {
        var (scarce, plenty) = (await shop.Product(stock: 1), await shop.Product(stock: 10));
        var json = $$"""
            {"customerId":"c-42","currency":"EUR","payment":{"method":"tok_ok"},
             "items":[{"productId":"{{plenty}}","quantity":5},{"productId":"{{scarce}}","quantity":2}]}
            """;

        var order = (await shop.Post("/v1/orders", json, Shopper.NewId("k"), ("Prefer", "wait=30"))).Expect(HttpStatusCode.Created);

        Assert.Equal("rejected", order.OrderStatus);
        Assert.Equal("insufficient_stock", order.At("reason").GetString());
        Assert.Equal(0, order.At("payment", "captured").GetInt64());
        Assert.Equal((0, 10), await HeldAndAvailable(plenty));
        Assert.Equal((0, 1), await HeldAndAvailable(scarce));
    }

    [Fact]
    public async Task Should_reject_it_and_give_the_stock_back_when_the_capture_fails()
    {
        var product = await shop.Product(stock: 10);

        var order = await shop.Order(product, 4, "tok_capture_fails");

        Assert.Equal("rejected", order.OrderStatus);
        Assert.Equal("payment_declined", order.At("reason").GetString());
        Assert.Equal(0, order.At("payment", "captured").GetInt64());
        Assert.Equal((0, 10), await HeldAndAvailable(product));
    }

    [Fact]
    public async Task Should_wait_for_another_card_when_the_first_is_declined()
    {
        var product = await shop.Product(stock: 10);

        var order = await shop.Order(product, 2, "tok_declined");

        Assert.Equal("awaiting_payment", order.OrderStatus);
        Assert.Equal("declined", order.At("payment", "status").GetString());
        Assert.Equal((2, 8), await HeldAndAvailable(product));
    }

    [Fact]
    public async Task Should_confirm_it_with_the_second_card()
    {
        var product = await shop.Product(stock: 10);
        var order = await shop.Order(product, 2, "tok_declined");

        var accepted = await Pay(order.OrderId, "tok_ok", Shopper.NewId("k"));

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal(order.OrderId, accepted.OrderId);
        var confirmed = await shop.OrderWhen(order.OrderId, "confirmed");
        Assert.Equal(3998, confirmed.At("payment", "captured").GetInt64());
        Assert.Equal((2, 8), await HeldAndAvailable(product));
    }

    [Fact]
    public async Task Should_take_the_second_card_once_however_often_it_is_given()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, "tok_declined");
        var key = Shopper.NewId("k");
        var first = (await Pay(order.OrderId, "tok_ok", key)).Expect(HttpStatusCode.Accepted);
        await shop.OrderWhen(order.OrderId, "confirmed");

        var again = (await Pay(order.OrderId, "tok_ok", key)).Expect(HttpStatusCode.Accepted);

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        (await Pay(order.OrderId, "tok_declined", key)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency-mismatch");
        Assert.Equal(1999, (await shop.Read(order.OrderId)).At("payment", "captured").GetInt64());
    }

    [Fact]
    public async Task Should_not_take_a_card_it_does_not_wait_for()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1);

        var problem = (await Pay(order.OrderId, "tok_ok", Shopper.NewId("k"))).ExpectProblem(HttpStatusCode.Conflict, "invalid-transition");

        Assert.Contains("confirmed", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_point_at_what_is_wrong_with_a_payment()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, "tok_declined");

        var problem = (await shop.Post($"/v1/orders/{order.OrderId}/payments", """{"payment":{"method":""}}""", "k"))
            .ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.Equal("#/payment/method", problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
        (await shop.Post($"/v1/orders/{order.OrderId}/payments", """{"payment":{"method":"tok_ok"}}""", null))
            .ExpectProblem(HttpStatusCode.BadRequest, "validation");
    }

    private Task<Answer> Pay(string order, string method, string key) =>
        shop.Post($"/v1/orders/{order}/payments", $$$"""{"payment":{"method":"{{{method}}}"}}""", key);

    private async Task<(long Held, long Available)> HeldAndAvailable(string product)
    {
        var stock = await shop.Stock(product);
        return (stock.At("held").GetInt64(), stock.At("available").GetInt64());
    }
}
