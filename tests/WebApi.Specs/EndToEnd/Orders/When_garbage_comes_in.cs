using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Shop.Values;
using Shop.WebApi.Orders;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Orders;

/// <summary>Each ends in a problem with the right status and code, and the order that it would have been does not exist.</summary>
public class When_garbage_comes_in(ShopHost host)
{
    private const string Customer = "c-42";
    private readonly Shopper shop = new(host.Http);

    /// <summary>PRODUCT stands for one that can be ordered.</summary>
    public static TheoryData<string, string, HttpStatusCode, string> Bodies => new()
    {
        { "empty items", Order("[]"), HttpStatusCode.BadRequest, "validation" },
        { "no items", """{"customerId":"c-42","currency":"EUR","payment":{"method":"tok_ok"}}""", HttpStatusCode.BadRequest, "validation" },
        { "101 items", Order($"[{string.Join(',', Enumerable.Repeat("""{"productId":"PRODUCT","quantity":1}""", 101))}]"), HttpStatusCode.BadRequest, "validation" },
        { "no quantity", Order("""[{"productId":"PRODUCT"}]"""), HttpStatusCode.BadRequest, "validation" },
        { "zero quantity", Line("0"), HttpStatusCode.BadRequest, "validation" },
        { "negative quantity", Line("-1"), HttpStatusCode.BadRequest, "validation" },
        { "quantity above a million", Line("1000001"), HttpStatusCode.BadRequest, "validation" },
        { "quantity above 64 bits", Line("18446744073709551616"), HttpStatusCode.BadRequest, "validation" },
        { "quantity of 400 digits", Line(new string('9', 400)), HttpStatusCode.BadRequest, "validation" },
        { "fractional quantity", Line("1.5"), HttpStatusCode.BadRequest, "validation" },
        { "quantity as text", Line("\"1\""), HttpStatusCode.BadRequest, "validation" },
        { "unknown product", Order("""[{"productId":"no-such-product","quantity":1}]"""), HttpStatusCode.NotFound, "not-found" },
        { "impossible product id", Order("""[{"productId":"../../etc/passwd","quantity":1}]"""), HttpStatusCode.BadRequest, "validation" },
        { "another currency than the product's", Line("1").Replace("EUR", "USD", StringComparison.Ordinal), HttpStatusCode.BadRequest, "validation" },
        { "unknown currency", Line("1").Replace("EUR", "XXX", StringComparison.Ordinal), HttpStatusCode.BadRequest, "validation" },
        { "no payment", """{"customerId":"c-42","currency":"EUR","items":[{"productId":"PRODUCT","quantity":1}]}""", HttpStatusCode.BadRequest, "validation" },
        { "invalid JSON", "{\"customerId\":", HttpStatusCode.BadRequest, "validation" },
        { "an array", "[]", HttpStatusCode.BadRequest, "validation" },
        { "deep nesting", string.Concat(Enumerable.Repeat("[", 20_000)), HttpStatusCode.BadRequest, "validation" },
        { "half a surrogate pair", Line("1").Replace("c-42", "\\ud800", StringComparison.Ordinal), HttpStatusCode.BadRequest, "validation" },
        { "a NUL", "\0", HttpStatusCode.BadRequest, "validation" },
        { "nothing", "", HttpStatusCode.BadRequest, "validation" },
        { "64 KiB and a byte", new string(' ', 64 * 1024) + "1", HttpStatusCode.RequestEntityTooLarge, "too-large" },
        { "10 MB", new string(' ', 10_000_000), HttpStatusCode.RequestEntityTooLarge, "too-large" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Should_refuse_a_body_with(string what, string json, HttpStatusCode status, string code)
    {
        var (key, product) = (Shopper.NewId("garbage"), await shop.Product(stock: 10));

        var answer = await shop.Post("/v1/orders", json.Replace("PRODUCT", product, StringComparison.Ordinal), key, ("Prefer", "wait=5"));

        answer.ExpectProblem(status, code);
        await AssertNothingStored(key, product, what);
    }

    [Fact]
    public async Task Should_refuse_10_MB_that_do_not_say_so_beforehand()
    {
        var (key, product) = (Shopper.NewId("garbage"), await shop.Product(stock: 10));
        using var body = new ByteArrayContent(new byte[10_000_000]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await shop.Send(HttpMethod.Post, "/v1/orders", body, ("Idempotency-Key", key), ("Transfer-Encoding", "chunked")))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
        await AssertNothingStored(key, product, "10 MB in chunks");
    }

    [Fact]
    public async Task Should_refuse_bytes_that_are_no_UTF8()
    {
        var (key, product) = (Shopper.NewId("garbage"), await shop.Product(stock: 10));
        using var body = new ByteArrayContent(Encoding.Latin1.GetBytes(Shopper.OrderJson(product, 1, customer: "käse")));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await shop.Send(HttpMethod.Post, "/v1/orders", body, ("Idempotency-Key", key))).ExpectProblem(HttpStatusCode.BadRequest, "validation");
        await AssertNothingStored(key, product, "invalid UTF-8");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task Should_refuse_another_content_type(string? type)
    {
        var (key, product) = (Shopper.NewId("garbage"), await shop.Product(stock: 10));
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(Shopper.OrderJson(product, 1)));
        body.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);

        (await shop.Send(HttpMethod.Post, "/v1/orders", body, ("Idempotency-Key", key)))
            .ExpectProblem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        await AssertNothingStored(key, product, $"content type {type}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("with space")]
    [InlineData("TOO LONG")]
    public async Task Should_refuse_a_missing_or_impossible_key(string? key)
    {
        var product = await shop.Product(stock: 10);

        (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1), key == "TOO LONG" ? new string('k', 256) : key))
            .ExpectProblem(HttpStatusCode.BadRequest, "validation");
        Assert.Equal(1, (await shop.Stock(product)).At("version").GetInt64());
    }

    [Fact]
    public async Task Should_refuse_a_total_beyond_what_can_be_counted()
    {
        var (key, product) = (Shopper.NewId("garbage"), await shop.Product(stock: 1_000_000, price: 1_000_000_000_000));
        var line = $$"""{"productId":"{{product}}","quantity":1000000}""";

        var problem = (await shop.Post("/v1/orders", Order($"[{string.Join(',', Enumerable.Repeat(line, 100))}]"), key))
            .ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.StartsWith("#/items/", problem.GetProperty("errors")[0].GetProperty("pointer").GetString(), StringComparison.Ordinal);
        await AssertNothingStored(key, product, "an endless total");
    }

    [Fact]
    public async Task Should_point_at_every_line_that_cannot_be_sold()
    {
        var (good, inactive) = (await shop.Product(stock: 10), await shop.Product(stock: 10, active: false));
        var key = Shopper.NewId("garbage");

        var problem = (await shop.Post("/v1/orders", Order(
            $$"""[{"productId":"{{good}}","quantity":1},{"productId":"{{inactive}}","quantity":1},{"productId":"no-such-product","quantity":1}]"""), key))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");

        Assert.Equal(
            ["#/items/1/productId", "#/items/2/productId"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()!));
        await AssertNothingStored(key, good, "lines that cannot be sold");
    }

    private async Task AssertNothingStored(string key, string product, string what)
    {
        var id = new OrderRequest(new CustomerId(Customer), "EUR", [], "tok_ok").IdFor(new IdempotencyKey(key));
        Assert.True((await shop.Read(id.ToString())).Status == HttpStatusCode.NotFound, $"An order was stored: {what}.");
        Assert.Equal(1, (await shop.Stock(product)).At("version").GetInt64());
    }

    private static string Order(string items) =>
        $$$"""{"customerId":"{{{Customer}}}","currency":"EUR","items":{{{items}}},"payment":{"method":"tok_ok"}}""";

    private static string Line(string quantity) => Order($$"""[{"productId":"PRODUCT","quantity":{{quantity}}}]""");
}
