using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd;

/// <summary>Runs after all others, alone: the sums over grains hold only at rest, and by then there is something to check.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AtRest;

[Collection(typeof(AtRest))]
public class When_the_books_are_checked(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_find_every_invariant_holding()
    {
        var product = await shop.Product(stock: 10);
        Assert.Equal("confirmed", (await shop.Order(product, 1)).OrderStatus);
        Assert.Equal("rejected", (await shop.Order(product, 1, "tok_capture_fails")).OrderStatus);
        Assert.Equal("awaiting_payment", (await shop.Order(product, 1, "tok_declined")).OrderStatus);

        var report = await Shopper.Eventually(
            async () => (await shop.Get("/v1/ops/invariants?atRest=true")).Expect(HttpStatusCode.OK), report => report.At("ok").GetBoolean(), "all invariants hold");

        Assert.All(report.At("checks").EnumerateArray(), check =>
        {
            Assert.True(check.GetProperty("ok").GetBoolean(), check.GetRawText());
            Assert.StartsWith("I", check.GetProperty("id").GetString(), StringComparison.Ordinal);
            Assert.Equal(0, check.GetProperty("offenders").GetArrayLength());
        });
        Assert.Contains(report.At("checks").EnumerateArray(), check => check.GetProperty("checked").GetInt64() > 0);
        Assert.True((await shop.Get("/v1/ops/invariants")).Expect(HttpStatusCode.OK).At("ok").GetBoolean());
    }

    [Fact]
    public async Task Should_not_guess_whether_the_shop_is_at_rest() =>
        Assert.Contains("atRest must be true or false", (await shop.Get("/v1/ops/invariants?atRest=maybe")).Expect(HttpStatusCode.BadRequest).Text, StringComparison.Ordinal);
}
