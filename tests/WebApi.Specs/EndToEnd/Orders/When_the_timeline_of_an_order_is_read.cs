using System.Net;
using System.Text.Json;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Orders;

public class When_the_timeline_of_an_order_is_read(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Theory]
    [InlineData("tok_ok")]
    [InlineData("tok_declined")]
    [InlineData("tok_capture_fails")]
    public async Task Should_lead_without_gaps_to_the_status_of_the_order(string method)
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, method);

        var events = await Events(order.OrderId);

        Assert.Equal("order-placed", events[0].GetProperty("type").GetString());
        Assert.Equal(Enumerable.Range(1, events.Length).Select(n => (long)n), events.Select(e => e.GetProperty("sequence").GetInt64()));
        Assert.Equal(order.At("version").GetInt64(), events.Length);
        Assert.Equal(order.OrderStatus, events.Aggregate("", (status, e) => StatusAfter(status, e.GetProperty("type").GetString()!)));
        Assert.Equal(events.Select(e => e.GetProperty("occurredAt").GetDateTime()).Order(), events.Select(e => e.GetProperty("occurredAt").GetDateTime()));
    }

    [Fact]
    public async Task Should_begin_after_the_sequence_the_client_has_seen()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, "tok_declined");
        var all = await Events(order.OrderId);

        Assert.Equal(all[2..].Select(e => e.GetRawText()), (await Events(order.OrderId, "?after=2")).Select(e => e.GetRawText()));
        Assert.Empty(await Events(order.OrderId, $"?after={all.Length}"));
        Assert.Empty(await Events(order.OrderId, "?after=9223372036854775807"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    [InlineData("1&after=2")]
    public async Task Should_refuse_what_is_no_sequence(string after)
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1, "tok_declined");

        (await shop.Get($"/v1/orders/{order.OrderId}/events?after={after}")).ExpectProblem(HttpStatusCode.BadRequest, "validation");
    }

    private async Task<JsonElement[]> Events(string order, string query = "") =>
        [.. (await shop.Get($"/v1/orders/{order}/events{query}")).Expect(HttpStatusCode.OK).At("data").EnumerateArray()];

    /// <summary>What a client can fold from the contract alone.</summary>
    private static string StatusAfter(string status, string type) => type switch
    {
        "order-placed" => "placed",
        "order-accepted" => "reserving",
        "order-reserved" or "order-payment-method-changed" => "authorizing",
        "order-payment-authorized" => "capturing",
        "order-payment-declined" => "awaiting_payment",
        "order-payment-unknown" => "payment_unknown",
        "order-confirmed" => "confirmed",
        "order-fulfilment-started" => "fulfilling",
        "order-completed" => "completed",
        "order-compensation-started" => "compensating",
        "order-rejected" => "rejected",
        "order-cancelled" => "cancelled",
        _ => status,
    };
}
