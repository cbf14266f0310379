using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Cluster.Specs;

public sealed class When_an_order_is_cancelled
{
    [Fact]
    public async Task Should_refund_a_confirmed_order_and_give_the_stock_back()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        var cancel = Cancel(shop);

        var first = await shop.Saga(order).Cancel(cancel);
        var cancelled = await shop.Until(order, OrderStatus.Cancelled);
        var again = await shop.Saga(order).Cancel(cancel);

        Assert.False(Assert.IsType<CancelOrderResult.RefundPending>(first).Replayed);
        Assert.True(Assert.IsType<CancelOrderResult.RefundPending>(again).Replayed);
        Assert.Equal((PaymentStatus.Refunded, 1999L), (cancelled.Payment.Status, cancelled.Payment.Refunded));
        Assert.Equal(0, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_grant_it_before_the_saga_has_heard_of_the_order()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        shop.Faults.Fail("IOrderSagaGrain.Accept", times: 1000, afterwards: false);
        var order = await shop.Place("tok_ok", product);

        var result = await shop.Saga(order).Cancel(Cancel(shop));
        await shop.Until(order, OrderStatus.Cancelled);

        Assert.IsType<CancelOrderResult.Granted>(result);
        Assert.Equal(0, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_say_too_late_when_the_goods_have_left()
    {
        await using var shop = await ShopCluster.Start();
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.After(TimeSpan.FromSeconds(61), order, OrderStatus.Completed);

        Assert.IsType<CancelOrderResult.TooLate>(await shop.Saga(order).Cancel(Cancel(shop)));
    }

    [Fact]
    public async Task Should_know_nothing_of_an_order_that_was_never_placed()
    {
        await using var shop = await ShopCluster.Start();
        var order = new OrderId(Guid.NewGuid());

        Assert.IsType<CancelOrderResult.NotFound>(await shop.Saga(order).Cancel(Cancel(shop)));
        Assert.Null(await shop.Saga(order).Read());
    }

    private static CancelOrder Cancel(ShopCluster shop) =>
        new(shop.NextKey(), "hash", OrderEndReason.CustomerRequest, new TraceContext("spec"));
}
