using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

/// <summary>The ways of When_an_order_goes_its_way on which the order has to wait until the shop's patience with the gateway is over.</summary>
[Collection(typeof(InAHastyShop))]
public class When_the_gateway_does_not_answer(HastyShop host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_find_that_the_card_was_charged_and_sell() => await AssertEnd(
        "tok_timeout", "completed", null, "captured 3998 0",
        "order-placed order-accepted order-reserved order-payment-unknown order-payment-authorized order-confirmed order-fulfilment-started order-completed",
        (8, 0, 2));

    [Fact]
    public async Task Should_give_up_when_it_never_finds_out_and_charge_nothing() => await AssertEnd(
        "tok_timeout_uncharged", "rejected", "payment_timeout", "voided 0 0",
        "order-placed order-accepted order-reserved order-payment-unknown order-compensation-started order-rejected",
        (10, 0, 0));

    private async Task AssertEnd(string method, string status, string? reason, string payment, string events, (int OnHand, int Held, int Shipped) pieces)
    {
        var product = await shop.Product(stock: 10);
        var placed = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 2, method), Shopper.NewId("k"))).Expect(HttpStatusCode.Created);

        var order = await shop.OrderWhen(placed.OrderId, status);

        Assert.Equal((reason, payment), (order.Reason(), order.Payment()));
        var saga = await shop.Get($"/v1/ops/sagas/{order.OrderId}");
        // A stall may have called for a person, or have kept the shop from hearing the capture's answer as well.
        Assert.Equal(events, string.Join(' ', saga.Events().Where(e => e != "order-needs-attention").Distinct()));
        Assert.Equal("", saga.Outstanding());
        var stock = await shop.Stock(product);
        Assert.Equal(pieces, (stock.At("onHand").GetInt32(), stock.At("held").GetInt32(), stock.At("shipped").GetInt32()));
        await shop.AssertBooks();
    }
}
