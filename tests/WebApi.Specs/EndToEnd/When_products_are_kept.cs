using System.Net;
using System.Text.Json;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd;

public class When_products_are_kept(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);
    private readonly string path = $"/v1/products/{Shopper.NewId("p")}";

    [Fact]
    public async Task Should_create_one_that_does_not_exist()
    {
        var created = (await shop.Put(path, Shopper.ProductJson(name: "Käse"))).Expect(HttpStatusCode.Created);

        Assert.Equal("\"1\"", created.ETag);
        Assert.Equal(path, created.Header("Location"));
        Assert.Equal("Käse", created.At("name").GetString());
        Assert.Equal(created.Text, (await shop.Get(path)).Expect(HttpStatusCode.OK).Text);
    }

    [Fact]
    public async Task Should_create_it_once_when_only_creation_is_meant()
    {
        (await shop.Put(path, Shopper.ProductJson(), ("If-None-Match", "*"))).Expect(HttpStatusCode.Created);

        (await shop.Put(path, Shopper.ProductJson(price: 1), ("If-None-Match", "*"))).ExpectProblem(HttpStatusCode.PreconditionFailed, "version-mismatch");

        Assert.Equal(1999, (await shop.Get(path)).At("price", "amount").GetInt64());
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("*")]
    [InlineData("\"7\", \"1\"")]
    public async Task Should_replace_the_version_the_client_has_seen(string ifMatch)
    {
        (await shop.Put(path, Shopper.ProductJson())).Expect(HttpStatusCode.Created);

        var replaced = (await shop.Put(path, Shopper.ProductJson(price: 2999, active: false), ("If-Match", ifMatch))).Expect(HttpStatusCode.OK);

        Assert.Equal("\"2\"", replaced.ETag);
        Assert.Equal((2999, false, 2), (replaced.At("price", "amount").GetInt64(), replaced.At("active").GetBoolean(), replaced.At("version").GetInt64()));
    }

    [Fact]
    public async Task Should_not_replace_without_saying_which_version()
    {
        (await shop.Put(path, Shopper.ProductJson())).Expect(HttpStatusCode.Created);

        (await shop.Put(path, Shopper.ProductJson(price: 1))).ExpectProblem(HttpStatusCode.PreconditionRequired, "version-required");

        Assert.Equal("\"1\"", (await shop.Get(path)).ETag);
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("\"0\"")]
    [InlineData("\"other\"")]
    [InlineData("W/\"1\"")]
    [InlineData("\"7\", \"8\"")]
    public async Task Should_not_replace_a_version_the_client_has_not_seen(string ifMatch)
    {
        (await shop.Put(path, Shopper.ProductJson())).Expect(HttpStatusCode.Created);

        (await shop.Put(path, Shopper.ProductJson(price: 1), ("If-Match", ifMatch))).ExpectProblem(HttpStatusCode.PreconditionFailed, "version-mismatch");

        Assert.Equal("\"1\"", (await shop.Get(path)).ETag);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("\"0\"")]
    [InlineData("*")]
    public async Task Should_not_replace_what_does_not_exist(string ifMatch)
    {
        (await shop.Put(path, Shopper.ProductJson(), ("If-Match", ifMatch))).ExpectProblem(HttpStatusCode.PreconditionFailed, "version-mismatch");

        (await shop.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Should_let_one_of_two_editors_win()
    {
        (await shop.Put(path, Shopper.ProductJson())).Expect(HttpStatusCode.Created);

        var edits = await Task.WhenAll(Enumerable.Range(1, 8).Select(n => shop.Put(path, Shopper.ProductJson(price: n), ("If-Match", "\"1\""))));

        var winner = Assert.Single(edits, edit => edit.Status == HttpStatusCode.OK);
        Assert.Equal(7, edits.Count(edit => edit.Status == HttpStatusCode.PreconditionFailed));
        Assert.Equal(winner.Text, (await shop.Get(path)).Text);
    }

    [Theory]
    [InlineData("/v1/products/UPPER", "{}")]
    [InlineData("/v1/products/good", "{}")]
    [InlineData("/v1/products/good", "{")]
    [InlineData("/v1/products/good", """{"name":"","price":{"amount":-1,"currency":"EUR"},"active":true}""")]
    public async Task Should_refuse_what_is_no_product(string at, string json)
    {
        (await shop.Put(at, json)).ExpectProblem(HttpStatusCode.BadRequest, "validation");
        (await shop.Get(at)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Should_refuse_contradicting_preconditions() =>
        (await shop.Put(path, Shopper.ProductJson(), ("If-Match", "\"1\""), ("If-None-Match", "*"))).ExpectProblem(HttpStatusCode.BadRequest, "validation");

    [Fact]
    public async Task Should_not_be_sent_again_to_a_client_that_has_it()
    {
        (await shop.Put(path, Shopper.ProductJson())).Expect(HttpStatusCode.Created);

        (await shop.Get(path, ("If-None-Match", "\"1\""))).Expect(HttpStatusCode.NotModified);
        (await shop.Get(path, ("If-None-Match", "\"9\""))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_list_all_that_match_page_by_page_in_the_order_of_ids()
    {
        var mark = Shopper.NewId("m");
        foreach (var n in "42531")
        {
            (await shop.Put($"/v1/products/{mark}-{n}", Shopper.ProductJson())).Expect(HttpStatusCode.Created);
        }

        List<string> seen = [];
        var cursor = "";
        do
        {
            var page = await Shopper.Eventually(
                () => shop.Get($"/v1/products?q={mark.ToUpperInvariant()}&limit=2{cursor}"), page => page.Status == HttpStatusCode.OK, "a page");
            seen.AddRange(page.At("data").EnumerateArray().Select(p => p.GetProperty("id").GetString()!));
            var next = page.At("next");
            cursor = next.ValueKind == JsonValueKind.Null ? "" : $"&cursor={next.GetString()}";
        }
        while (cursor != "");

        Assert.Equal("12345".Select(n => $"{mark}-{n}"), seen);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("limit=")]
    [InlineData("limit=1&limit=2")]
    [InlineData("cursor=x")]
    [InlineData("cursor=")]
    [InlineData("cursor=%00")]
    public async Task Should_refuse_a_page_that_cannot_be(string query) =>
        (await shop.Get($"/v1/products?{query}")).ExpectProblem(HttpStatusCode.BadRequest, "validation");
}
