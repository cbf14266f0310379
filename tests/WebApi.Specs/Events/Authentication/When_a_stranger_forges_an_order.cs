using System.Net;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Events.ForeignClient;
using Shop.WebApi.Specs.Telemetry;

namespace Shop.WebApi.Specs.Events.Authentication;

/// <summary>Whoever may publish to the exchange can say that an order was placed. Goods leave for orders that were.</summary>
public sealed class When_a_stranger_forges_an_order(ShopOnRabbit host) : IClassFixture<ShopOnRabbit>
{
    private const string Refused = "event_type=\"shop.order-placed.v1\",status=\"refused\",consumer=\"saga\"";

    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_start_nothing_for_an_order_that_was_never_placed()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 5);
        var forged = Forgery.Of(product);
        var before = await RefusedSoFar();

        await stranger.Publish(Stranger.Write(forged));

        await WhenRefused(before);
        await AssertNothingHappened(forged, product);
    }

    [Fact]
    public async Task Should_put_aside_what_is_signed_with_a_guess()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 5);
        var forged = Forgery.Of(product);

        await stranger.Publish(Stranger.Write(forged).With(Stranger.Digest, Guess(await SigningKey())));

        Assert.Contains("without the key", (await DeadLetter(forged.EventId)).Reason, StringComparison.Ordinal);
        await AssertNothingHappened(forged, product);
    }

    [Fact]
    public async Task Should_check_what_is_signed_with_a_key_that_nobody_knows()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 5);
        var forged = Forgery.Of(product);
        var before = await RefusedSoFar();

        await stranger.Publish(Stranger.Write(forged).With(Stranger.Digest, Guess("my-own-key")));

        await WhenRefused(before);
        await AssertNothingHappened(forged, product);
    }

    [Fact]
    public async Task Should_put_aside_another_order_under_a_genuine_digest()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 5);
        var genuine = await stranger.Hears((await shop.Order(product, quantity: 1)).OrderId);
        var forged = Forgery.Of(product);
        Assert.NotNull(genuine.Proof);

        await stranger.Publish(Stranger.Write(forged).With(Stranger.Digest, genuine.Proof!));

        Assert.Contains("Its digest is not that of its content", (await DeadLetter(forged.EventId)).Reason, StringComparison.Ordinal);
        await AssertNothingHappened(forged, product, stock: 4);
    }

    /// <summary>As the release before publishes it, and this one until it has the keys.</summary>
    [Fact]
    public async Task Should_start_an_order_without_a_digest_because_it_was_placed()
    {
        await using var stranger = await Stranger.Open(host.Url);
        var product = await shop.Product(stock: 5);
        await stranger.Divert();
        var order = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 2), Shopper.NewId("k"))).Expect(HttpStatusCode.Created).OrderId;
        var placed = (await stranger.Hears(order)).Without(Stranger.Digest);
        await stranger.GiveBack();
        var before = await RefusedSoFar();

        // First what was never ordered.
        await stranger.Publish(placed.Saying("\"paymentMethod\":\"tok_ok\"", "\"paymentMethod\":\"tok_no\""));
        await WhenRefused(before);
        Assert.Equal("placed", (await shop.Read(order)).OrderStatus);
        await stranger.Publish(placed);

        await shop.OrderWhen(order, "confirmed");
        Assert.Equal(2, (await shop.Stock(product)).At("held").GetInt64());
        await shop.AssertBooks();
    }

    private async Task AssertNothingHappened(ShopEvent forged, string product, long stock = 5)
    {
        var order = ((OrderPlaced)forged.Fact).Placement.OrderId;
        (await shop.Get($"/v1/ops/sagas/{order}")).Expect(HttpStatusCode.NotFound);
        (await shop.Read($"{order}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal(stock, (await shop.Stock(product)).At("available").GetInt64());
        await shop.AssertBooks();
    }

    private async Task<string> SigningKey() => (await shop.Get("/v1/ops/stream-keys")).Expect(HttpStatusCode.OK).At("keys").EnumerateArray()
        .Single(key => key.GetProperty("use").GetString() == "signing").GetProperty("id").GetString()!;

    private async Task<double> RefusedSoFar() => (await MetricsPage.Read(host.Http))["events_processed_total", Refused];

    private Task WhenRefused(double before) => Until(async () => await RefusedSoFar() > before);

    private async Task<RabbitMqDeadLetter> DeadLetter(string id)
    {
        RabbitMqDeadLetter? found = null;
        await Until(async () => (found = await host.DeadLetters.Peek(id)) is not null);
        return found!;
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
            await ticks.WaitForNextTickAsync(limit.Token);
    }

    private static string Guess(string key) => $"hmac-sha256 {key} {Convert.ToBase64String(new byte[32])}";
}
