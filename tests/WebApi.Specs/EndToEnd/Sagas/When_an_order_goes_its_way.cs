using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

/// <summary>
/// Every way that the gateway's test methods make an order go, to its end, with nobody doing anything. Where an authorization gets no answer:
/// When_the_gateway_does_not_answer.
/// </summary>
[Collection(typeof(InABriskShop))]
public class When_an_order_goes_its_way(BriskShop host)
{
    private const string Sold = "order-placed order-accepted order-reserved order-payment-authorized order-confirmed order-fulfilment-started order-completed";
    private readonly Shopper shop = new(host.Http);

    public static TheoryData<string, string?, string, string> Ways => new()
    {
        { "tok_ok", null, "captured 3998 0", Sold },
        { "tok_slow", null, "captured 3998 0", Sold },
        { "tok_refund_flaky", null, "captured 3998 0", Sold },
        { "tok_flaky", null, "captured 3998 0", After("order-payment-unknown", "order-reserved") },
        { "tok_capture_timeout", null, "captured 3998 0", After("order-payment-unknown", "order-payment-authorized") },
        { "tok_declined", "payment_declined", "declined 0 0", Given_up("order-payment-declined") },
        { "tok_insufficient_funds", "payment_declined", "declined 0 0", Given_up("order-payment-declined") },
        { "tok_of_nobody", "payment_declined", "declined 0 0", Given_up("order-payment-declined") },
        { "tok_capture_fails", "payment_declined", "voided 0 0", Given_up("order-payment-authorized") },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Should_reach_its_end_by_itself(string method, string? reason, string payment, string events)
    {
        var product = await shop.Product(stock: 10);

        var order = await shop.OrderWhen((await Place(product, method)).OrderId, reason is null ? "completed" : "rejected");

        Assert.Equal((reason, payment), (order.Reason(), order.Payment()));
        var saga = await shop.Get($"/v1/ops/sagas/{order.OrderId}");
        Assert.Equal(events, string.Join(' ', saga.Events()));
        Assert.Equal((false, ""), (saga.At("stuck").GetBoolean(), saga.Outstanding()));
        var stock = await shop.Stock(product);
        Assert.Equal(reason is null ? (8, 0, 2) : (10, 0, 0), (stock.At("onHand").GetInt32(), stock.At("held").GetInt32(), stock.At("shipped").GetInt32()));
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_be_too_late_to_cancel_once_the_goods_are_leaving()
    {
        var product = await shop.Product(stock: 10);
        var gate = CallGate.Hold($"p:{product}", "Ship");
        var order = (await Place(product, "tok_ok")).OrderId;
        await shop.OrderWhen(order, "fulfilling");

        var leaving = await Cancel(order);
        var saga = await shop.Get($"/v1/ops/sagas/{order}");
        gate.Open();
        await shop.OrderWhen(order, "completed");

        Assert.Equal("ship 1", saga.Outstanding());
        Assert.Equal(("too_late", "too_late"), (leaving, await Cancel(order)));
        Assert.Equal("captured 3998 0", (await shop.Read(order)).Payment());
        await shop.AssertBooks();
    }

    private async Task<string> Cancel(string order) =>
        (await shop.Post($"/v1/orders/{order}/cancellations", null, Shopper.NewId("k"))).Expect(HttpStatusCode.Accepted).At("outcome").GetString()!;

    private async Task<Answer> Place(string product, string method) =>
        (await shop.Post("/v1/orders", Shopper.OrderJson(product, 2, method), Shopper.NewId("k"))).Expect(HttpStatusCode.Created);

    private static string After(string what, string @event) => Sold.Replace(@event, $"{@event} {what}", StringComparison.Ordinal);

    private static string Given_up(string why) => $"order-placed order-accepted order-reserved {why} order-compensation-started order-rejected";
}
