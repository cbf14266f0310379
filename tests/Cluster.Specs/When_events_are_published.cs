using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Cluster.Specs;

/// <summary>What a consumer gets: for each entity facts 1, 2, 3 … without gaps, and every event id one content for ever.</summary>
public sealed class When_events_are_published
{
    [Fact]
    public async Task Should_tell_an_orders_whole_way_on_three_streams()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 2);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.After(TimeSpan.FromSeconds(61), order, OrderStatus.Completed);

        Assert.Equal(
            ["OrderPlaced", "OrderAccepted", "OrderReserved", "OrderPaymentAuthorized", "OrderConfirmed", "OrderFulfilmentStarted", "OrderCompleted"],
            Names(await shop.Facts<OrderCompleted>($"order/{order.Key}")));
        Assert.Equal(["StockAdjusted", "StockHeld", "StockShipped"], Names(await shop.Facts<StockShipped>($"stock/{product.Key}")));
        Assert.Equal(["PaymentAuthorized", "PaymentCaptured"], Names(await shop.Facts<PaymentCaptured>($"payment/{order.Key}")));
        Assert.Empty(shop.Events.Contradictions);
    }

    [Fact]
    public async Task Should_carry_the_trace_of_the_request_that_caused_them()
    {
        await using var shop = await ShopCluster.Start();
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.Saga(order).Cancel(new CancelOrder(shop.NextKey(), "hash", OrderEndReason.CustomerRequest, new TraceContext("the cancellation")));
        await shop.Facts<OrderCancelled>($"order/{order.Key}");

        var events = shop.Events.Of($"order/{order.Key}")!;

        Assert.Equal("spec", events[0].Trace.CorrelationId);
        Assert.Equal($"order/{order.Key}/1", events.Single(e => e.Fact is OrderConfirmed).Trace.CausationId);
        Assert.Equal("the cancellation", events.Single(e => e.Fact is OrderCompensationStarted).Trace.CorrelationId);
    }

    [Theory]
    [InlineData("IOrderSagaGrain.Accept", true)]
    [InlineData("IPaymentGrain.Authorize", true)]
    [InlineData("IPaymentGrain.Capture", false)]
    [InlineData("IPaymentGrain.Capture", true)]
    public async Task Should_lose_and_change_none_when_the_process_dies(string method, bool afterwards)
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var stopped = shop.Faults.Stop(method, afterwards);
        var order = await shop.Place("tok_ok", product);
        await stopped;

        await shop.KillAndRestart();
        await shop.After(TimeSpan.FromSeconds(31), order, OrderStatus.Confirmed);

        Assert.Equal(
            ["OrderPlaced", "OrderAccepted", "OrderReserved", "OrderPaymentAuthorized", "OrderConfirmed"],
            Names(await shop.Facts<OrderConfirmed>($"order/{order.Key}")).Where(name => name != nameof(OrderPaymentUnknown)));
        Assert.Equal(["StockAdjusted", "StockHeld"], Names(await shop.Facts<StockHeld>($"stock/{product.Key}")));
        Assert.Equal(["PaymentAuthorized", "PaymentCaptured"], Names(await shop.Facts<PaymentCaptured>($"payment/{order.Key}")));
        Assert.Empty(shop.Events.Contradictions);
    }

    private static IEnumerable<string> Names(IEnumerable<IFact> facts) => facts.Select(f => f.GetType().Name);
}
