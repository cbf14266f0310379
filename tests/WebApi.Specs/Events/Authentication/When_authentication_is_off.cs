using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Events.ForeignClient;

namespace Shop.WebApi.Specs.Events.Authentication;

/// <summary>Where only the shop may publish anyway: nothing is signed, and everything is believed.</summary>
public sealed class When_authentication_is_off(TrustingShop host) : IClassFixture<TrustingShop>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_sign_nothing_and_start_what_anybody_publishes()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 5);
        Assert.Null((await stranger.Hears((await shop.Order(product, quantity: 1)).OrderId)).Proof);
        var order = Forgery.Of(product);

        await stranger.Publish(Stranger.Write(order));

        await Shopper.Eventually(() => shop.Stock(product), stock => stock.At("held").GetInt64() == 4, "its goods are held");
    }
}

public sealed class TrustingShop : ShopOnRabbit
{
    protected override IEnumerable<(string Key, string Value)> Settings => [.. base.Settings, ("Shop:Streams:Authentication", "false")];
}
