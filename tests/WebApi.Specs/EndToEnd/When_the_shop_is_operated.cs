using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd;

public class When_the_shop_is_operated(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Theory]
    [InlineData("startup")]
    [InlineData("ready")]
    [InlineData("live")]
    public async Task Should_be_healthy(string what)
    {
        var health = await Shopper.Eventually(() => shop.Get($"/health/{what}"), answer => answer.Status == HttpStatusCode.OK, $"{what} is healthy");

        Assert.Equal("healthy", health.At("status").GetString());
    }

    [Fact]
    public async Task Should_say_what_runs()
    {
        var about = (await shop.Get("/v1/ops/about")).Expect(HttpStatusCode.OK);

        Assert.Equal("embedded", about.At("mode").GetString());
        Assert.StartsWith(Path.GetTempPath(), about.At("dataDirectory").GetString(), StringComparison.Ordinal);
        Assert.InRange(about.At("uptimeSeconds").GetInt64(), 0, 3600);
    }

    [Fact]
    public async Task Should_document_every_route()
    {
        var document = (await shop.Get("/openapi/v1.json")).Expect(HttpStatusCode.OK);

        var documented = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        var mapped = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => (Path: "/" + e.RoutePattern.RawText!.Trim('/'), Methods: e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(route => route.Path.StartsWith("/v1/", StringComparison.Ordinal) || route.Path.StartsWith("/health/", StringComparison.Ordinal))
            .SelectMany(route => route.Methods.Select(method => $"{method} {route.Path}"));
        Assert.Equal(mapped.Order(), documented.Order());
        Assert.Contains("POST /v1/orders", documented);
    }

    [Fact]
    public async Task Should_document_what_each_operation_is_for_and_how_it_can_end()
    {
        var document = (await shop.Get("/openapi/v1.json")).Expect(HttpStatusCode.OK);

        foreach (var path in document.At("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = $"{operation.Name} {path.Name}";
                Assert.True(operation.Value.TryGetProperty("summary", out _), $"{name} has no summary");
                Assert.True(operation.Value.GetProperty("responses").TryGetProperty("500", out _), $"{name} says nothing of 500");
                Assert.False(operation.Value.TryGetProperty("requestBody", out _) && !operation.Value.GetProperty("responses").TryGetProperty("413", out _), $"{name} says nothing of 413");
            }
        }

        var placed = document.At("paths", "/v1/orders", "post");
        Assert.Contains(placed.GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "Idempotency-Key" && p.GetProperty("required").GetBoolean());
        Assert.Equal("#/components/schemas/PlaceOrderBody", placed.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        Assert.Equal("#/components/schemas/OrderBody", placed.GetProperty("responses").GetProperty("201").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        Assert.Equal("#/components/schemas/ProblemBody", placed.GetProperty("responses").GetProperty("422").GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString());
    }

    [Fact]
    public async Task Should_document_what_sagas_can_be_listed_by()
    {
        var document = (await shop.Get("/openapi/v1.json")).Expect(HttpStatusCode.OK);

        var parameters = document.At("paths", "/v1/ops/sagas", "get", "parameters").EnumerateArray()
            .ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema"));
        Assert.Equal(["cursor", "limit", "state", "stuck"], parameters.Keys.Order());
        Assert.Equal(12, parameters["state"].GetProperty("enum").GetArrayLength());
        Assert.Equal("boolean", parameters["stuck"].GetProperty("type").GetString());
        Assert.Equal(
            [.. MembersOf("SagaSummaryBody"), "lines", "attempts", "outstanding", "timeline"],
            MembersOf("SagaBody"));

        IEnumerable<string> MembersOf(string body) => document.At("components", "schemas", body, "properties").EnumerateObject().Select(p => p.Name);
    }

    [Fact]
    public async Task Should_show_the_dashboard()
    {
        var dashboard = (await shop.Get("/dashboard")).Expect(HttpStatusCode.OK);

        Assert.StartsWith("text/html", dashboard.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_show_a_start_page_that_needs_nothing_from_elsewhere()
    {
        var page = (await shop.Get("/")).Expect(HttpStatusCode.OK);

        Assert.StartsWith("text/html", page.Header("Content-Type"), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("://", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page.Text, StringComparison.Ordinal);
        foreach (var file in new[] { "start.css", "start.js", "favicon.svg" })
        {
            Assert.Contains($"\"{file}\"", page.Text, StringComparison.Ordinal);
            (await shop.Get($"/{file}")).Expect(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("GET", "/nothing/here", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/v1", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/v2/orders", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/appsettings.json", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/..%2fappsettings.json", HttpStatusCode.NotFound, "not-found")]
    [InlineData("DELETE", "/v1/orders", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("POST", "/v1/products", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    public async Task Should_answer_what_it_does_not_have_with_a_problem(string method, string path, HttpStatusCode status, string code)
    {
        var answer = await shop.Send(new HttpMethod(method), path, null);

        answer.ExpectProblem(status, code);
        Assert.Equal(status == HttpStatusCode.MethodNotAllowed, answer.Header("Allow") is not null);
    }

    [Theory]
    [InlineData("/v1/products")]
    [InlineData("/nothing/here")]
    [InlineData("/")]
    public async Task Should_answer_with_the_headers_of_the_contract(string path)
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";

        var answer = await shop.Get(path, ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Null(answer.Header("Server"));
        Assert.Equal(Trace, answer.Header("X-Correlation-Id"));
        Assert.StartsWith($"00-{Trace}-", answer.Header("traceparent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_echo_the_clients_correlation_id()
    {
        Assert.Equal("mine-1", (await shop.Get("/nothing", ("X-Correlation-Id", "mine-1"))).Header("X-Correlation-Id"));
        Assert.NotEqual("not mine", (await shop.Get("/nothing", ("X-Correlation-Id", "not mine"))).Header("X-Correlation-Id"));
    }

    [Fact]
    public async Task Should_not_retry_an_order_that_waits_for_nothing()
    {
        var order = await shop.Order(await shop.Product(stock: 0), 1);

        (await shop.Post($"/v1/ops/sagas/{order.OrderId}/retry", null, null)).ExpectProblem(HttpStatusCode.Conflict, "invalid-transition");
    }
}
