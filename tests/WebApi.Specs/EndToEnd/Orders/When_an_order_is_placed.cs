using System.Net;
using System.Text.Json;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Orders;

public class When_an_order_is_placed(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_answer_with_the_first_version_when_nobody_waits()
    {
        var product = await shop.Product(stock: 10);

        var placed = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 2), Shopper.NewId("k"))).Expect(HttpStatusCode.Created);

        Assert.Equal("application/json; charset=utf-8", placed.Header("Content-Type"));
        Assert.Equal("\"1\"", placed.ETag);
        Assert.Equal($"/v1/orders/{placed.OrderId}", placed.Header("Location"));
        Assert.False(placed.Replayed);
        Assert.Equal(
            ["id", "version", "status", "customerId", "items", "total", "payment", "reason", "createdAt", "updatedAt"],
            placed.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(1, placed.At("version").GetInt64());
        Assert.Equal("placed", placed.OrderStatus);
        Assert.Equal("c-42", placed.At("customerId").GetString());
        Assert.Equal(
            $$$"""[{"productId":"{{{product}}}","quantity":2,"unitPrice":{"amount":1999,"currency":"EUR"},"lineTotal":{"amount":3998,"currency":"EUR"}}]""",
            placed.At("items").GetRawText());
        Assert.Equal("""{"amount":3998,"currency":"EUR"}""", placed.At("total").GetRawText());
        Assert.Equal("""{"status":"none","authorized":0,"captured":0,"refunded":0}""", placed.At("payment").GetRawText());
        Assert.Equal(JsonValueKind.Null, placed.At("reason").ValueKind);
        Assert.EndsWith("Z", placed.At("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(placed.At("createdAt").GetString(), placed.At("updatedAt").GetString());
    }

    [Fact]
    public async Task Should_be_readable_at_once()
    {
        var product = await shop.Product(stock: 10);
        var placed = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1), Shopper.NewId("k"))).Expect(HttpStatusCode.Created);

        var read = (await shop.Get(placed.Header("Location")!)).Expect(HttpStatusCode.OK);

        Assert.Equal(placed.OrderId, read.OrderId);
        Assert.Equal(placed.At("createdAt").GetString(), read.At("createdAt").GetString());
    }

    [Fact]
    public async Task Should_be_confirmed_with_its_stock_held_and_its_money_captured()
    {
        var product = await shop.Product(stock: 10);

        var order = await shop.Order(product, 3);

        Assert.Equal("confirmed", order.OrderStatus);
        Assert.Equal("wait=30", order.Header("Preference-Applied"));
        Assert.Equal("""{"status":"captured","authorized":5997,"captured":5997,"refunded":0}""", order.At("payment").GetRawText());
        Assert.Equal($"\"{order.At("version").GetInt64()}\"", order.ETag);
        var stock = await shop.Stock(product);
        Assert.Equal((10, 3, 7), (stock.At("onHand").GetInt64(), stock.At("held").GetInt64(), stock.At("available").GetInt64()));
    }

    [Fact]
    public async Task Should_keep_the_price_it_was_placed_at()
    {
        var product = await shop.Product(stock: 10, price: 1000);
        var order = await shop.Order(product, 1);

        (await shop.Put($"/v1/products/{product}", Shopper.ProductJson(price: 5000), ("If-Match", "\"1\""))).Expect(HttpStatusCode.OK);

        Assert.Equal(1000, (await shop.Read(order.OrderId)).At("total", "amount").GetInt64());
        Assert.Equal(5000, (await shop.Order(product, 1)).At("total", "amount").GetInt64());
    }

    [Fact]
    public async Task Should_add_up_all_its_lines()
    {
        var (first, second) = (await shop.Product(stock: 10, price: 100), await shop.Product(stock: 10, price: 7));
        var json = $$"""
            {"customerId":"c-42","currency":"EUR","payment":{"method":"tok_ok"},
             "items":[{"productId":"{{first}}","quantity":2},{"productId":"{{second}}","quantity":3},{"productId":"{{first}}","quantity":1}]}
            """;

        var order = (await shop.Post("/v1/orders", json, Shopper.NewId("k"), ("Prefer", "wait=30"))).Expect(HttpStatusCode.Created);

        Assert.Equal("confirmed", order.OrderStatus);
        Assert.Equal(321, order.At("total", "amount").GetInt64());
        Assert.Equal(3, (await shop.Stock(first)).At("held").GetInt64());
        Assert.Equal(3, (await shop.Stock(second)).At("held").GetInt64());
    }

    [Fact]
    public async Task Should_not_be_sent_again_to_a_client_that_has_it()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1);

        var known = await shop.Get($"/v1/orders/{order.OrderId}", ("If-None-Match", order.ETag));
        var older = await shop.Get($"/v1/orders/{order.OrderId}", ("If-None-Match", "\"1\""));

        Assert.Empty(known.Expect(HttpStatusCode.NotModified).Text);
        Assert.Equal(order.ETag, known.ETag);
        Assert.Equal(order.OrderId, older.Expect(HttpStatusCode.OK).OrderId);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("not-an-id")]
    [InlineData("o:1")]
    public async Task Should_not_be_found_under_another_id(string id)
    {
        (await shop.Get($"/v1/orders/{id}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await shop.Get($"/v1/orders/{id}/events")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await shop.Post($"/v1/orders/{id}/cancellations", null, "k")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await shop.Post($"/v1/orders/{id}/payments", """{"payment":{"method":"tok_ok"}}""", "k")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await shop.Post($"/v1/ops/sagas/{id}/retry", null, null)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }
}
