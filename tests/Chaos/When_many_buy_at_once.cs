using Shop.Benches.Load.Api;
using Shop.Benches.Load.Workloads;

namespace Chaos;

/// <summary>The shop as a process, many clients over HTTP, their books against the shop's: what the project promises at the least.</summary>
public sealed class When_many_buy_at_once : IAsyncLifetime
{
    private const int Seed = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ShopProcess shop = new(new Dictionary<string, string>());
    private ShopApi api = null!;

    public async ValueTask InitializeAsync()
    {
        api = new ShopApi(shop.Url, timeout: TimeSpan.FromSeconds(60));
        await shop.Start(api, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await shop.DisposeAsync();
        Directory.Delete(shop.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task Should_bring_five_thousand_orders_of_twenty_clients_to_their_ends() => AllWell(await Mixed.Run(
        api,
        new MixedSettings(Orders: 5_000, Clients: 20, Products: 100, DeclinedPercent: 10, Seed, LetExpire: false, Limit),
        TestContext.Current.CancellationToken));

    [Fact]
    public async Task Should_sell_every_piece_once_when_ten_times_as_many_want_one() => AllWell(await Oversell.Run(
        api, new OversellSettings(Stock: 100, Clients: 50, Seed, Limit), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Should_make_one_order_of_fifty_equal_requests() => AllWell(await SameRequest.Run(
        api, times: 50, Seed, Limit, TestContext.Current.CancellationToken));

    private static void AllWell(Outcome outcome)
    {
        Assert.True(outcome.Invariants.Ok, outcome.Invariants.ToString());
        Assert.Empty(outcome.Faults);
    }
}
