using System.Net;
using Microsoft.AspNetCore.Http;
using Shop.Hosting.Network;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Network;

public sealed class When_a_request_comes_from_another_site(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    private string Own => host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    [Theory]
    [InlineData("PUT", "/v1/products/foreign-p")]
    [InlineData("POST", "/v1/stock/foreign-p/adjustments")]
    [InlineData("POST", "/v1/orders")]
    [InlineData("POST", "/v1/orders/7ed07110-8cfa-5989-8f85-27f16f060690/cancellations")]
    [InlineData("POST", "/v1/ops/sagas/7ed07110-8cfa-5989-8f85-27f16f060690/retry")]
    [InlineData("DELETE", "/dashboard/")]
    [InlineData("POST", "/metrics")]
    [InlineData("POST", "/")]
    public async Task Should_refuse_to_change_anything(string method, string path)
    {
        foreach (var header in ((string, string)[])[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"), ("Origin", "null")])
        {
            (await shop.Send(new HttpMethod(method), path, null, header)).ExpectProblem(HttpStatusCode.Forbidden, "cross-origin");
            (await shop.Send(new HttpMethod(method), path, new StringContent("{}"), header)).ExpectProblem(HttpStatusCode.Forbidden, "cross-origin");
        }
    }

    [Fact]
    public async Task Should_show_what_anybody_may_see()
    {
        (await shop.Get("/v1/products", ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"))).Expect(HttpStatusCode.OK);
        (await shop.Send(HttpMethod.Head, "/metrics", null, ("Origin", "null"))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_let_its_own_pages_and_programs_do_what_they_like()
    {
        const string Body = """{"name":"ours","price":{"amount":1,"currency":"EUR"},"active":true}""";
        foreach (var header in ((string, string)[])[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Origin", Own), ("X-Nothing", "said")])
        {
            (await shop.Put($"/v1/products/{Shopper.NewId("p")}", Body, header)).Expect(HttpStatusCode.Created);
        }
    }

    [Theory]
    // Browsers whose page is not on a trustworthy address say nothing but the origin.
    [InlineData("shop.example", null, "http://shop.example", true)]
    [InlineData("shop.example", null, "https://shop.example", true)]
    [InlineData("shop.example:443", null, "https://shop.example", true)]
    [InlineData("shop.example:80", null, "http://SHOP.example", true)]
    [InlineData("shop.example:8080", null, "http://shop.example:8080", true)]
    [InlineData("xn--bcher-kva.example", null, "https://xn--bcher-kva.example", true)]
    [InlineData("[::1]:5080", null, "http://[::1]:5080", true)]
    [InlineData("shop.example:8080", null, "http://shop.example", false)]
    [InlineData("shop.example", null, "http://shop.example:8080", false)]
    [InlineData("shop.example:443", null, "http://shop.example", false)]
    [InlineData("shop.example", null, "http://shop.example.evil.example", false)]
    [InlineData("shop.example", null, "http://evil.example/shop.example", false)]
    [InlineData("shop.example", null, "http://shop.example/", false)]
    [InlineData("shop.example", null, "http://user@shop.example", false)]
    [InlineData("shop.example", null, "shop.example", false)]
    [InlineData("shop.example", null, "ftp://shop.example", false)]
    [InlineData("shop.example", null, "null", false)]
    [InlineData("shop.example", null, "", false)]
    [InlineData("shop.example", null, "http://shop.example,http://shop.example", false)]
    [InlineData("shop.example", "same-site", "http://shop.example", false)]
    [InlineData("shop.example", "cross-site", "http://shop.example", false)]
    [InlineData("shop.example", "Same-Origin", null, false)]
    [InlineData("shop.example", "", null, false)]
    [InlineData("shop.example", "same-origin,cross-site", null, false)]
    // A proxy in between may have given the request another host: the browser knows better.
    [InlineData("shop.internal", "same-origin", "https://shop.example", true)]
    [InlineData("shop.example", null, null, true)]
    public void Should_tell_it_from_its_own_by_what_the_browser_says(string self, string? site, string? origin, bool admitted)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Host) = ("POST", new HostString(self));
        if (site is not null)
            request.Headers["Sec-Fetch-Site"] = site.Split(',');
        if (origin is not null)
            request.Headers.Origin = origin.Split(',');

        Assert.Equal(admitted, CrossOriginCheck.Admits(request));
    }

    [Theory, InlineData("websocket"), InlineData("h2c, WebSocket")]
    public void Should_open_no_socket_for_it(string upgrade)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Host) = ("GET", new HostString("shop.example"));
        (request.Headers.Upgrade, request.Headers.Origin) = (upgrade, "https://evil.example");

        Assert.False(CrossOriginCheck.Admits(request));
    }
}
