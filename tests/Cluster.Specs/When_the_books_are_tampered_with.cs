using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Shop.Gateway;
using Shop.Orders;
using Shop.Payments;
using Shop.Sagas;
using Shop.Stock;
using Shop.Values;

namespace Shop.Cluster.Specs;

/// <summary>The invariants can go red: each is shown a lie.</summary>
public abstract class When_the_books_are_tampered_with
{
    [Fact]
    public async Task Should_report_a_counter_that_the_reservations_do_not_bear_out()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (product, _) = await Confirmed(shop);

        await Tamper<StockState>(shop, "stock", product.Key, stock => stock with { Held = stock.Held + 1 });

        await AssertRed(shop, "I1", product.Key);
    }

    [Fact]
    public async Task Should_report_an_oversold_product()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (product, _) = await Confirmed(shop);

        await Tamper<StockState>(shop, "stock", product.Key, stock => stock with { OnHand = 0 });

        await AssertRed(shop, "I1", "oversold");
    }

    [Fact]
    public async Task Should_report_a_hold_that_outlives_its_order()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);

        await Tamper<SagaState>(shop, "order-saga", order.Key, saga => saga with { Step = SagaStep.Completed });

        await AssertRed(shop, "I2", order.ToString());
    }

    [Fact]
    public async Task Should_report_money_that_the_gateway_has_not_taken()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);

        await Tamper<GatewayAccount>(shop, SimulatedGateway.LedgerKind, $"{order}:auth:1", account => account with { Entries = [] });

        await AssertRed(shop, "I3", order.ToString());
    }

    [Fact]
    public async Task Should_report_a_charge_that_the_order_does_not_owe()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);

        await Tamper<SagaState>(shop, "order-saga", order.Key, saga => saga with { Step = SagaStep.Rejected, DueAt = null });

        await AssertRed(shop, "I3", "charged");
    }

    [Fact]
    public async Task Should_report_a_charge_under_an_order_that_was_never_placed()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);
        var stranger = new OrderId(Guid.NewGuid());

        await Copy<GatewayAccount>(shop, SimulatedGateway.LedgerKind, $"{order}:auth:1", $"{stranger}:auth:1");

        await AssertRed(shop, "I3", stranger.ToString());
    }

    [Theory]
    [InlineData(":auth:2")]
    [InlineData(":auth:01")]
    [InlineData("")]
    public async Task Should_report_a_charge_that_the_orders_saga_knows_nothing_of(string suffix)
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);

        await Copy<GatewayAccount>(shop, SimulatedGateway.LedgerKind, $"{order}:auth:1", $"{order}{suffix}");

        await AssertRed(shop, "I3", $"{order}{suffix}: Authorized");
    }

    [Fact]
    public async Task Should_report_a_saga_without_an_order()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);
        var stranger = new OrderId(Guid.NewGuid());

        await Copy<SagaState>(shop, "order-saga", order.Key, stranger.Key);

        await AssertRed(shop, "I4", stranger.ToString());
    }

    [Fact]
    public async Task Should_report_a_payment_without_an_order()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);
        var stranger = new OrderId(Guid.NewGuid());

        await Copy<PaymentState>(shop, "payment", order.Key, stranger.Key);

        await AssertRed(shop, "I4", stranger.ToString());
    }

    [Fact]
    public async Task Should_report_an_unfinished_order_that_nothing_will_wake()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var order = await shop.Place("tok_insufficient_funds", await shop.Product(stock: 0));
        await shop.Until(order, OrderStatus.Rejected);

        await Tamper<SagaState>(
            shop, "order-saga", order.Key, saga => saga with { Step = SagaStep.Reserving, DueAt = shop.Clock.GetUtcNow() });

        await AssertRed(shop, "I4", order.ToString());
    }

    [Fact]
    public async Task Should_report_a_timeline_with_a_gap_or_another_end()
    {
        await using var shop = await ShopCluster.Start(NewRows());
        var (_, order) = await Confirmed(shop);

        await Tamper<SagaState>(shop, "order-saga", order.Key, saga => saga with { Timeline = saga.Timeline.RemoveAt(1) });

        await AssertRed(shop, "I5", "belongs");
    }

    /// <summary>The database.</summary>
    internal abstract StoredRows NewRows();

    private static async Task<(ProductId Product, OrderId Order)> Confirmed(ShopCluster shop)
    {
        var product = await shop.Product(stock: 3);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.AssertBooks();
        return (product, order);
    }

    private static async Task Tamper<T>(ShopCluster shop, string kind, string key, Func<T, T> lie) where T : class
    {
        var rows = shop.Services.GetRequiredService<IDurableRows>();
        var row = (await rows.Read<T>(kind, key))!;
        Assert.True(await rows.TryWrite(kind, key, lie(row.Value), row.Version));
    }

    private static async Task Copy<T>(ShopCluster shop, string kind, string from, string to) where T : class
    {
        var rows = shop.Services.GetRequiredService<IDurableRows>();
        Assert.True(await rows.TryWrite(kind, to, (await rows.Read<T>(kind, from))!.Value, 0));
    }

    private static async Task AssertRed(ShopCluster shop, string invariant, string named)
    {
        var check = (await shop.Check()).Checks.Single(c => c.Id == invariant);
        Assert.False(check.Ok);
        Assert.Contains(check.Offenders, o => o.Contains(named, StringComparison.Ordinal));
    }
}

public sealed class When_the_books_are_tampered_with_on_SQLite : When_the_books_are_tampered_with
{
    internal override StoredRows NewRows() => new StoredRows.InSqlite();
}

public sealed class When_the_books_are_tampered_with_on_PostgreSQL : When_the_books_are_tampered_with
{
    internal override StoredRows NewRows() => new StoredRows.InPostgres();
}
