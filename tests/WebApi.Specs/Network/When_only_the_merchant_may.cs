using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Hosting;

namespace Shop.WebApi.Specs.Network;

/// <summary>What customers must not do: set prices, count stock, cancel in the merchant's name.</summary>
public sealed class When_only_the_merchant_may(LockedShop host) : IClassFixture<LockedShop>
{
    private const string Product = """{"name":"beans","price":{"amount":1999,"currency":"EUR"},"active":true}""";
    private const string Receipt = """{"delta":5,"reason":"receipt"}""";
    private static readonly (string, string) Key = ("Authorization", $"Bearer {LockedShop.Key}");

    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_take_prices_and_stock_from_whoever_has_the_key_alone()
    {
        var id = Shopper.NewId("p");
        Refused(await shop.Put($"/v1/products/{id}", Product));
        Refused(await shop.Put($"/v1/products/{id}", Product, ("Authorization", "Bearer another-key-than-that")));
        (await shop.Get($"/v1/products/{id}")).Expect(HttpStatusCode.NotFound);
        var created = (await shop.Put($"/v1/products/{id}", Product, Key)).Expect(HttpStatusCode.Created);
        Refused(await shop.Put($"/v1/products/{id}", Product, ("If-Match", created.ETag)));

        Refused(await shop.Post($"/v1/stock/{id}/adjustments", Receipt, "k1"));
        Assert.Equal(0, (await shop.Get($"/v1/stock/{id}")).At("onHand").GetInt64());
        (await shop.Post($"/v1/stock/{id}/adjustments", Receipt, "k1", Key)).Expect(HttpStatusCode.OK);
    }

    [Theory]
    // Whatever else is wrong with the request: who may not ask learns nothing.
    [InlineData("PUT", "/v1/products/NO PRODUCT")]
    [InlineData("PUT", "/v1/products/p")]
    [InlineData("POST", "/v1/stock/nothing-there/adjustments")]
    [InlineData("GET", "/v1/ops/stream-keys")]
    [InlineData("POST", "/v1/ops/stream-keys/rotate")]
    [InlineData("POST", "/v1/ops/stream-keys/revoke")]
    public async Task Should_ask_for_the_key_before_anything_else(string method, string path) =>
        Refused(await shop.Send(new HttpMethod(method), path, new StringContent("{ no json")));

    [Fact]
    public async Task Should_let_customers_cancel_in_their_own_name_alone()
    {
        var id = Shopper.NewId("p");
        (await shop.Put($"/v1/products/{id}", Product, Key)).Expect(HttpStatusCode.Created);
        (await shop.Post($"/v1/stock/{id}/adjustments", Receipt, "k1", Key)).Expect(HttpStatusCode.OK);
        var first = (await shop.Order(id, 1)).OrderId;
        var second = (await shop.Order(id, 1)).OrderId;

        Refused(await shop.Post($"/v1/orders/{first}/cancellations", """{"reason":"merchant_request"}""", "c1"));
        Assert.Equal("confirmed", (await shop.Read(first)).OrderStatus);

        (await shop.Post($"/v1/orders/{first}/cancellations", """{"reason":"merchant_request"}""", "c1", Key)).Expect(HttpStatusCode.Accepted);
        (await shop.Post($"/v1/orders/{second}/cancellations", null, "c2")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("merchant_request", (await shop.OrderWhen(first, "cancelled")).At("reason").GetString());
        Assert.Equal("customer_request", (await shop.OrderWhen(second, "cancelled")).At("reason").GetString());
    }

    [Fact]
    public async Task Should_tell_where_its_files_are_to_whoever_has_the_key_alone()
    {
        Assert.Equal("null", (await shop.Get("/v1/ops/about")).Expect(HttpStatusCode.OK).At("dataDirectory").GetRawText());
        Assert.StartsWith(Path.GetTempPath(), (await shop.Get("/v1/ops/about", Key)).At("dataDirectory").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_document_it()
    {
        var document = (await shop.Get("/openapi/v1.json")).Expect(HttpStatusCode.OK);

        Assert.Equal(["opsKey", "opsKeyAsPassword"], document.At("components", "securitySchemes").EnumerateObject().Select(scheme => scheme.Name).Order());
        foreach (var (method, path, ways) in ((string, string, int)[])[("put", "/v1/products/{productId}", 2), ("post", "/v1/stock/{productId}/adjustments", 2), ("post", "/v1/orders/{id}/cancellations", 3), ("get", "/v1/ops/sagas", 2), ("post", "/v1/ops/stream-keys/rotate", 2), ("post", "/v1/ops/stream-keys/revoke", 2)])
        {
            var operation = document.At("paths", path, method);
            Assert.Equal(ways, operation.GetProperty("security").GetArrayLength());
            Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _), $"{method} {path} says nothing of 401");
        }

        Assert.False(document.At("paths", "/v1/orders", "post").TryGetProperty("security", out _));
    }

    private static void Refused(Answer answer)
    {
        answer.ExpectProblem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.StartsWith("Basic ", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }
}
