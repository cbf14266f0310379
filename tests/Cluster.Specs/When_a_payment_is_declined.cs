using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Cluster.Specs;

public sealed class When_a_payment_is_declined
{
    [Fact]
    public async Task Should_confirm_the_order_with_another_method()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var order = await shop.Place("tok_declined", product);
        await shop.Until(order, OrderStatus.AwaitingPayment);

        var pay = new PayOrder(shop.NextKey(), "hash", "tok_ok", new TraceContext("spec"));
        var first = await shop.Saga(order).Pay(pay);
        await shop.Until(order, OrderStatus.Confirmed);
        var again = await shop.Saga(order).Pay(pay);

        var (accepted, repeated) = (Assert.IsType<PayOrderResult.Accepted>(first), Assert.IsType<PayOrderResult.Accepted>(again));
        Assert.Equal((false, true), (accepted.Replayed, repeated.Replayed));
        // The first answer for ever, not what became of the order since.
        Assert.Equal((OrderStatus.Authorizing, 5L), (repeated.Order.Status, repeated.Order.Version));
        Assert.Equal((accepted.Order.Status, accepted.Order.Version, accepted.Order.UpdatedAt), (repeated.Order.Status, repeated.Order.Version, repeated.Order.UpdatedAt));
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_reject_the_order_when_nobody_pays_and_give_the_stock_back()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var order = await shop.Place("tok_insufficient_funds", product);
        await shop.Until(order, OrderStatus.AwaitingPayment);
        var held = (await shop.Stock(product)).Held;

        var rejected = await shop.After(TimeSpan.FromMinutes(11), order, OrderStatus.Rejected);

        Assert.Equal(1, held);
        Assert.Equal(OrderEndReason.PaymentDeclined, rejected.Reason);
        Assert.Equal(0, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }
}
