using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Cluster.Specs;

public sealed class When_calls_fail
{
    [Theory]
    [InlineData("IStockGrain.Reserve", false)]
    [InlineData("IStockGrain.Reserve", true)]
    [InlineData("IPaymentGrain.Authorize", false)]
    [InlineData("IPaymentGrain.Authorize", true)]
    [InlineData("IPaymentGrain.Capture", false)]
    [InlineData("IPaymentGrain.Capture", true)]
    public async Task Should_confirm_the_order_all_the_same(string method, bool afterwards)
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        shop.Faults.Fail(method, times: 2, afterwards);

        await shop.Until(await shop.Place("tok_ok", product), OrderStatus.Confirmed);

        Assert.Equal(1, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_start_the_saga_by_its_row_when_the_event_never_gets_through()
    {
        await using var shop = await ShopCluster.Start();
        shop.Faults.Fail("IOrderSagaGrain.Accept", times: 1000, afterwards: false);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));

        var confirmed = await shop.After(TimeSpan.FromSeconds(31), order, OrderStatus.Confirmed);

        Assert.Equal(1999, confirmed.Payment.Captured);
        await shop.AssertBooks();
    }

    /// <summary>A start is not stored, but one whose calls have to be repeated is: its customer asks what it waits for.</summary>
    [Fact]
    public async Task Should_show_what_an_order_waits_for_that_has_to_ask_again()
    {
        await using var shop = await ShopCluster.Start();
        shop.Faults.Fail("IStockGrain.Reserve", times: 1000, afterwards: false);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));

        var waiting = await shop.Until(order, OrderStatus.Reserving);

        Assert.Equal(2, waiting.Version);
    }

    /// <summary>As is one whose row finds it waiting for its first answer.</summary>
    [Fact]
    public async Task Should_show_what_an_order_waits_for_once_its_row_has_fired()
    {
        await using var shop = await ShopCluster.Start(("Sagas:EnsureStartedAfter", "00:00:10"));
        var reached = shop.Faults.Stop("IStockGrain.Reserve", afterwards: false);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await reached.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(OrderStatus.Placed, (await shop.Saga(order).Read())!.Status);

        await shop.After(TimeSpan.FromSeconds(11), order, OrderStatus.Reserving);
        await shop.KillAndRestart();
        await shop.After(TimeSpan.FromSeconds(31), order, OrderStatus.Confirmed);
    }

    [Fact]
    public async Task Should_not_take_another_payment_method_for_an_order_that_has_just_been_placed()
    {
        await using var shop = await ShopCluster.Start();
        var reached = shop.Faults.Stop("IStockGrain.Reserve", afterwards: false);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await reached.WaitAsync(TimeSpan.FromSeconds(30));

        var answer = await shop.Saga(order).Pay(new PayOrder(shop.NextKey(), "hash", "tok_ok", new TraceContext("spec")));

        Assert.Equal(OrderStatus.Placed, Assert.IsType<PayOrderResult.NotAwaited>(answer).Status);
        // What hangs goes with the silo.
        await shop.KillAndRestart();
    }

    [Fact]
    public async Task Should_try_again_at_once_when_an_operator_asks()
    {
        await using var shop = await ShopCluster.Start(("Sagas:RetryDelay", "00:05:00"), ("Sagas:RedriveAfter", "00:05:00"));
        var product = await shop.Product(stock: 1);
        shop.Faults.Fail("IStockGrain.Release", times: 1, afterwards: false);
        var order = await shop.Place("tok_capture_fails", product);
        await Eventually.Get(() => Task.FromResult(shop.Faults.Spent("IStockGrain.Release")), spent => spent);

        var answer = await shop.Saga(order).Retry(new RetryOrder("operator", new TraceContext("spec")));
        await shop.Until(order, OrderStatus.Rejected);

        Assert.IsType<RetryOrderResult.Retrying>(answer);
        await shop.AssertBooks();
    }

    [Theory]
    [InlineData("IStockGrain.Release", false)]
    [InlineData("IStockGrain.Release", true)]
    [InlineData("IPaymentGrain.Void", false)]
    [InlineData("IPaymentGrain.Void", true)]
    public async Task Should_go_on_undoing_until_everything_is_undone(string method, bool afterwards)
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 1);
        shop.Faults.Fail(method, times: 3, afterwards);

        await shop.Until(await shop.Place("tok_capture_fails", product), OrderStatus.Rejected);

        Assert.Equal(0, (await shop.Stock(product)).Held);
        await shop.AssertBooks();
    }
}
