using Shop.Events;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Cluster.Specs;

public sealed class When_an_order_is_placed
{
    [Fact]
    public async Task Should_confirm_it_and_complete_it_when_the_cancel_window_is_over()
    {
        await using var shop = await ShopCluster.Start();
        var (beans, cup) = (await shop.Product(stock: 5), await shop.Product(stock: 1, price: 500));

        var order = await shop.Place("tok_ok", beans, cup);
        var confirmed = await shop.Until(order, OrderStatus.Confirmed);
        var held = await shop.Stock(beans);
        var completed = await shop.After(TimeSpan.FromSeconds(61), order, OrderStatus.Completed);

        Assert.Equal(2499, confirmed.Payment.Captured);
        Assert.Equal((5L, 1L), (held.OnHand, held.Held));
        Assert.Equal(PaymentStatus.Captured, completed.Payment.Status);
        var (left, gone) = (await shop.Stock(beans), await shop.Stock(cup));
        Assert.Equal((4L, 0L, 1L), (left.OnHand, left.Held, left.Shipped));
        Assert.Equal((0L, 0L, 1L), (gone.OnHand, gone.Held, gone.Shipped));
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_tell_its_story_in_gapless_facts()
    {
        await using var shop = await ShopCluster.Start();
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await shop.Until(order, OrderStatus.Confirmed);

        var timeline = (await shop.Saga(order).Timeline(0))!.Value;

        Assert.Equal(
            [typeof(OrderPlaced), typeof(OrderAccepted), typeof(OrderReserved), typeof(OrderPaymentAuthorized), typeof(OrderConfirmed)],
            timeline.Select(e => e.Fact.GetType()));
        Assert.Equal([1, 2, 3, 4, 5], timeline.Select(e => e.Sequence));
    }

    [Fact]
    public async Task Should_reject_it_when_one_line_is_out_of_stock_and_give_the_others_back()
    {
        await using var shop = await ShopCluster.Start();
        var (plenty, none) = (await shop.Product(stock: 5), await shop.Product(stock: 0));

        var rejected = await shop.Until(await shop.Place("tok_ok", plenty, none), OrderStatus.Rejected);

        Assert.Equal(OrderEndReason.InsufficientStock, rejected.Reason);
        Assert.Equal(0, (await shop.Stock(plenty)).Held);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_reject_it_when_the_capture_fails_and_undo_everything()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 5);

        var order = await shop.Place("tok_capture_fails", product);
        var rejected = await shop.Until(order, OrderStatus.Rejected);

        Assert.Equal((OrderEndReason.PaymentDeclined, PaymentStatus.Voided), (rejected.Reason, rejected.Payment.Status));
        Assert.Equal(0, (await shop.Stock(product)).Held);
        var payment = await shop.Grains.GetGrain<IPaymentGrain>(order.Key).Read();
        Assert.Contains(payment.Operations, o => o is { Kind: PaymentOperationKind.Authorize, Outcome: PaymentOutcome.Voided });
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_make_one_order_of_a_request_that_comes_fifty_times_at_once()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 100);
        var id = new Values.OrderId(Guid.NewGuid());

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.Place("tok_ok", id, product)));
        await shop.Until(id, OrderStatus.Confirmed);

        Assert.Equal(1, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_never_sell_more_than_there_is()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 30);

        var orders = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => shop.Place("tok_ok", product)));
        var ends = await Task.WhenAll(orders.Select(o => shop.Until(o, OrderStatus.Confirmed, OrderStatus.Rejected)));

        Assert.Equal(30, ends.Count(o => o.Status == OrderStatus.Confirmed));
        Assert.Equal(30, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }
}
