using Shop.Orders;

namespace Shop.Cluster.Specs;

/// <summary>Killed just before and just after each step of an order's way; the next process finishes it.</summary>
public sealed class When_the_process_dies
{
    [Theory]
    [InlineData("IOrderSagaGrain.Accept", false)]
    [InlineData("IOrderSagaGrain.Accept", true)]
    [InlineData("IStockGrain.Reserve", false)]
    [InlineData("IStockGrain.Reserve", true)]
    [InlineData("IPaymentGrain.Authorize", false)]
    [InlineData("IPaymentGrain.Authorize", true)]
    [InlineData("IPaymentGrain.Capture", false)]
    [InlineData("IPaymentGrain.Capture", true)]
    public async Task Should_still_confirm_the_order_and_charge_once(string method, bool afterwards)
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var stopped = shop.Faults.Stop(method, afterwards);
        var order = await shop.Place("tok_ok", product);
        await stopped;

        await shop.KillAndRestart();
        var confirmed = await shop.After(TimeSpan.FromSeconds(31), order, OrderStatus.Confirmed);

        Assert.Equal(1999, confirmed.Payment.Captured);
        Assert.Equal(1, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Theory]
    [InlineData("IStockGrain.Release", false)]
    [InlineData("IStockGrain.Release", true)]
    [InlineData("IPaymentGrain.Void", false)]
    [InlineData("IPaymentGrain.Void", true)]
    public async Task Should_still_undo_a_failed_order(string method, bool afterwards)
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var stopped = shop.Faults.Stop(method, afterwards);
        var order = await shop.Place("tok_capture_fails", product);
        await stopped;

        await shop.KillAndRestart();
        await shop.After(TimeSpan.FromMinutes(2), order, OrderStatus.Rejected);

        Assert.Equal(0, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_still_ship_a_confirmed_order_once(bool afterwards)
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        var stopped = shop.Faults.Stop("IStockGrain.Ship", afterwards);
        shop.Clock.Jump(TimeSpan.FromSeconds(61));
        await stopped;

        await shop.KillAndRestart();
        await shop.After(TimeSpan.FromMinutes(2), order, OrderStatus.Completed);

        var stock = await shop.Stock(product);
        Assert.Equal((0L, 0L, 1L), (stock.OnHand, stock.Held, stock.Shipped));
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_still_confirm_an_order_after_an_outage_longer_than_its_reservations_were_good_for()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        var stopped = shop.Faults.Stop("IStockGrain.Reserve", afterwards: false);
        var order = await shop.Place("tok_ok", product);
        await stopped;

        await shop.KillAndRestart(outage: TimeSpan.FromMinutes(30));
        var confirmed = await shop.Until(order, OrderStatus.Confirmed, OrderStatus.Rejected);

        Assert.Equal(OrderStatus.Confirmed, confirmed.Status);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_answer_a_repeated_request_as_the_first_process_did()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 5);
        var order = await shop.Place("tok_ok", product);

        await shop.KillAndRestart();
        await shop.Place("tok_ok", order, product);
        await shop.After(TimeSpan.FromSeconds(31), order, OrderStatus.Confirmed);

        Assert.Equal(1, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }
}
