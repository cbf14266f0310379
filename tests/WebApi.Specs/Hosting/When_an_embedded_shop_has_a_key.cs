using System.Net;
using System.Text;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>Whoever gives a shop a key means it, also when all of it is one process.</summary>
public sealed class When_an_embedded_shop_has_a_key(LockedShop host) : IClassFixture<LockedShop>
{
    private readonly Shopper shop = new(host.Http);

    [Theory]
    // Without the slash the client is sent on to it, and keys do not follow.
    [InlineData("/dashboard/")]
    [InlineData("/v1/ops/invariants")]
    [InlineData("/v1/ops/sagas")]
    public async Task Should_ask_operators_for_it(string path)
    {
        Assert.StartsWith("Basic ", (await shop.Get(path)).Expect(HttpStatusCode.Unauthorized).Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await shop.Get(path, ("Authorization", "Bearer another-key-than-that"))).Expect(HttpStatusCode.Unauthorized);

        (await shop.Get(path, ("Authorization", $"Bearer {LockedShop.Key}"))).Expect(HttpStatusCode.OK);
        (await shop.Get(path, ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{LockedShop.Key}"))}"))).Expect(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/ops/about")]
    [InlineData("/v1/products")]
    [InlineData("/metrics")]
    [InlineData("/health/live")]
    public async Task Should_ask_nobody_else(string path) => (await shop.Get(path)).Expect(HttpStatusCode.OK);
}

public sealed class LockedShop : ShopHost
{
    public const string Key = "0123456789abcdef";

    protected override IEnumerable<(string Key, string Value)> Settings => [("Shop:OpsKey", Key)];
}
