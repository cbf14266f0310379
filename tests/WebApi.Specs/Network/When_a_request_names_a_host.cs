using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shop.Hosting.Network;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Network;

public sealed class When_a_request_names_a_host(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/products")]
    [InlineData("/v1/ops/about")]
    [InlineData("/dashboard/")]
    [InlineData("/healthy")]
    public async Task Should_not_answer_to_a_stranger_s_name(string path)
    {
        (await shop.Get(path, ("Host", "rebound.example"))).ExpectProblem(HttpStatusCode.BadRequest, "host-not-allowed");
        (await shop.Get(path, ("Host", $"rebound.example:{host.Http.BaseAddress!.Port}"))).ExpectProblem(HttpStatusCode.BadRequest, "host-not-allowed");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    public async Task Should_answer_probes_and_scrapers_by_whatever_name(string path) => (await shop.Get(path, ("Host", "10.1.2.3:5080"))).Expect(HttpStatusCode.OK);

    [Fact]
    public async Task Should_answer_a_client_on_this_machine_that_names_none()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET /v1/products HTTP/1.0\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        using var answer = new StreamReader(client.GetStream(), Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 200 ", await answer.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "localhost", true)]
    [InlineData("", "LOCALHOST:5080", true)]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("", "127.1.2.3:80", true)]
    [InlineData("", "[::1]:5080", true)]
    [InlineData("", "localhost.rebound.example", false)]
    [InlineData("", "127.0.0.1.rebound.example", false)]
    [InlineData("", "0.0.0.0", false)]
    [InlineData("", "10.1.2.3", false)]
    [InlineData("", "[::2]", false)]
    [InlineData("shop.example;*.shop.example", "shop.example", true)]
    [InlineData("shop.example;*.shop.example", "Shop.Example:8443", true)]
    [InlineData("shop.example;*.shop.example", "a.b.shop.example", true)]
    [InlineData("shop.example;*.shop.example", "ashop.example", false)]
    [InlineData("shop.example;*.shop.example", "localhost", false)]
    [InlineData("shop.example", "shop.example:80a", false)]
    [InlineData("bücher.example", "xn--bcher-kva.example", true)]
    [InlineData("[::1]", "[::1]:80", true)]
    [InlineData("*", "whatever.example", true)]
    public void Should_answer_to_its_own_names(string allowed, string name, bool admitted)
    {
        var http = new DefaultHttpContext();
        http.Request.Host = new HostString(name);

        Assert.Equal(admitted, new HostCheck(allowed.Split(';', StringSplitOptions.RemoveEmptyEntries)).Admits(http));
    }

    [Theory, InlineData("127.0.0.1", true), InlineData("::ffff:127.0.0.1", true), InlineData("::1", true), InlineData("10.1.2.3", false)]
    public void Should_answer_without_a_name_where_nobody_from_outside_comes_in(string local, bool admitted)
    {
        var http = new DefaultHttpContext();
        http.Connection.LocalIpAddress = IPAddress.Parse(local);

        Assert.Equal(admitted, new HostCheck([]).Admits(http));
    }
}

public sealed class When_a_shop_has_names(NamedShop host) : IClassFixture<NamedShop>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_answer_to_them_alone_and_with_a_problem_to_others()
    {
        (await shop.Get("/v1/products", ("Host", "shop.example"))).Expect(HttpStatusCode.OK);
        (await shop.Get("/v1/products")).ExpectProblem(HttpStatusCode.BadRequest, "host-not-allowed");
        (await shop.Get("/health/live")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_not_tell_everybody_where_its_files_are() =>
        Assert.Equal("null", (await shop.Get("/v1/ops/about", ("Host", "shop.example"))).Expect(HttpStatusCode.OK).At("dataDirectory").GetRawText());
}

public sealed class NamedShop : ShopHost
{
    protected override IEnumerable<(string Key, string Value)> Settings => [("AllowedHosts", "shop.example")];
}
