using Shop.Events;
using Shop.Orders;

namespace Shop.Cluster.Specs;

public sealed class When_a_payment_outcome_is_unknown
{
    [Theory]
    [InlineData("tok_timeout")]
    [InlineData("tok_flaky")]
    public async Task Should_find_out_and_charge_once(string method)
    {
        await using var shop = await ShopCluster.Start();
        var order = await shop.Place(method, await shop.Product(stock: 1));

        var end = await shop.Until(order, OrderStatus.Confirmed, OrderStatus.Rejected);

        Assert.Equal((OrderStatus.Confirmed, 1999L), (end.Status, end.Payment.Captured));
        Assert.Contains((await shop.Saga(order).Timeline(0))!.Value, e => e.Fact is OrderPaymentUnknown);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_give_up_after_a_quarter_of_an_hour_when_nothing_was_charged()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var order = await shop.Place("tok_timeout_uncharged", product);
        await shop.Until(order, OrderStatus.PaymentUnknown);

        var end = await shop.After(TimeSpan.FromMinutes(16), order, OrderStatus.Rejected);

        Assert.Equal((OrderEndReason.PaymentTimeout, 0L), (end.Reason, end.Payment.Captured));
        Assert.Equal(0, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_wait_for_a_slow_answer()
    {
        await using var shop = await ShopCluster.Start();

        var end = await shop.Until(await shop.Place("tok_slow", await shop.Product(stock: 1)), OrderStatus.Confirmed);

        Assert.Equal(1999, end.Payment.Captured);
        await shop.AssertBooks();
    }
}
