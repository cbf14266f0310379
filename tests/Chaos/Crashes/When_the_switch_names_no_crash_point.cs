using Shop;
using Shop.Benches.Load.Api;

namespace Chaos.Crashes;

/// <summary>Unset, the switch does nothing; set to what is no crash point, it says so, and nothing starts.</summary>
public sealed class When_the_switch_names_no_crash_point
{
    /// <summary>Longer than a customer's: what it waited for in vain says more than that the time is over.</summary>
    private static readonly TimeSpan Limit = Requests.Patience + TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Should_serve_every_kind_of_order_when_it_is_unset()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var shop = new ShopProcess(new Dictionary<string, string>());
        using var api = new ShopApi(shop.Url);
        var customers = new Customers(api);
        await shop.Start(api, cancel);

        var shopping = customers.Shop(cancel);
        customers.Close();
        await shopping.WaitAsync(Limit, cancel);

        Assert.True(await api.IsReady(cancel), shop.Log);
        Assert.DoesNotContain("crash point", shop.Log, StringComparison.OrdinalIgnoreCase);
        await shop.Kill();
        Directory.Delete(shop.DataDirectory, recursive: true);
    }

    [Theory]
    [InlineData("order-placed")]
    [InlineData("order-placed/not-answered:0")]
    [InlineData("order-placed/not-answered:often")]
    [InlineData("order-placed/not-answered:1:soon")]
    [InlineData("order-placed/not-answered:1:2:3")]
    public async Task Should_refuse_to_start_and_list_the_points(string crashAt)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var shop = new ShopProcess(new Dictionary<string, string>());

        shop.Launch(crashAt);
        var code = await shop.Ended(cancel).WaitAsync(Limit, cancel);

        Assert.Equal(1, code);
        Assert.Contains($"SHOP_CRASH_AT is '{crashAt}'", shop.Log);
        Assert.All(CrashPoints.All, point => Assert.Contains($"  {point.Name}", shop.Log));
        Directory.Delete(shop.DataDirectory, recursive: true);
    }
}
