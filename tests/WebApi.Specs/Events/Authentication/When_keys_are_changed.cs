using System.Net;
using System.Text.Json;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Events.ForeignClient;

namespace Shop.WebApi.Specs.Events.Authentication;

public sealed class When_keys_are_changed(ShopOnRabbit host) : IClassFixture<ShopOnRabbit>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_make_one_that_waits_until_every_silo_knows_it_and_no_second_one_meanwhile()
    {
        var first = Assert.Single(Keys(await shop.Post("/v1/ops/stream-keys/revoke", null, null)));

        var rotated = Keys(await shop.Post("/v1/ops/stream-keys/rotate", null, null));
        var again = Keys(await shop.Post("/v1/ops/stream-keys/rotate", null, null));

        Assert.Equal([first.Id, rotated[1].Id], rotated.Select(key => key.Id));
        Assert.Equal(["signing", "waiting"], rotated.Select(key => key.Use));
        Assert.Equal(rotated, again);
        Assert.Equal(rotated, Keys(await shop.Get("/v1/ops/stream-keys")));
    }

    /// <summary>Revoking is the harder case: from one moment to the next nothing that is under way can be verified.</summary>
    [Fact]
    public async Task Should_lose_no_order_while_all_are_revoked_under_load()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 10_000);
        var orders = new List<string>();
        await Order(10);

        var key = Assert.Single(Keys(await shop.Post("/v1/ops/stream-keys/revoke", null, null))).Id;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!stranger.Heard.Any(message => message.Proof?.StartsWith($"hmac-sha256 {key} ", StringComparison.Ordinal) == true))
        {
            await ticks.WaitForNextTickAsync(limit.Token);
            await Order(10);
        }

        foreach (var order in orders)
            await shop.OrderWhen(order, "confirmed");
        await shop.AssertBooks();
        Assert.Equal(0, await host.DeadLetters.Count());

        async Task Order(int count)
        {
            var placed = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => shop.Post("/v1/orders", Shopper.OrderJson(product, 1), Shopper.NewId("k"))));
            orders.AddRange(placed.Select(answer => answer.Expect(HttpStatusCode.Created).OrderId));
        }
    }

    [Fact]
    public async Task Should_tell_no_secret()
    {
        var answer = (await shop.Post("/v1/ops/stream-keys/rotate", null, null)).Expect(HttpStatusCode.OK);
        Assert.All(answer.At("keys").EnumerateArray(), key => Assert.Equal(["id", "use", "signsFrom", "believedUntil"], key.EnumerateObject().Select(member => member.Name)));
    }

    private static List<(string Id, string Use, JsonValueKind Until)> Keys(Answer answer) =>
    [
        .. answer.Expect(HttpStatusCode.OK).At("keys").EnumerateArray().Select(key =>
            (key.GetProperty("id").GetString()!, key.GetProperty("use").GetString()!, key.GetProperty("believedUntil").ValueKind)),
    ];
}
