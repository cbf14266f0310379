using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Serialization;
using Shop.Audit;
using Shop.Events;
using Shop.Orders;
using Shop.Stock;
using Shop.Values;

namespace Shop.Cluster.Specs;

/// <summary>State and events are two books: whoever changes one of them is found by the other.</summary>
public abstract class When_the_audit_is_tampered_with
{
    private static readonly Money Cent = new(1, "EUR");

    [Fact]
    public async Task Should_report_an_event_of_an_order_that_is_not_on_its_timeline()
    {
        await using var shop = await Start();
        var (_, order) = await Completed(shop);

        await Change(shop, $"order/{order.Key}", 3, kept => kept with { Fact = new OrderRetried("nobody") });

        await AssertRed(shop, "I5", $"order/{order.Key}/3", "not that on its timeline");
        await AssertRed(shop, "I5", order.Key, "Completed", also: false);
    }

    [Fact]
    public async Task Should_report_an_order_that_was_not_placed_like_that()
    {
        await using var shop = await Start();
        var (_, order) = await Completed(shop);

        await Change(shop, $"order/{order.Key}", 1, kept => kept with
        {
            Fact = kept.Fact is OrderPlaced placed ? new OrderPlaced(placed.Placement with { Lines = [placed.Placement.Lines[0] with { UnitPrice = Cent }] }) : kept.Fact,
        });

        await AssertRed(shop, "I5", $"order/{order.Key}/1");
    }

    [Fact]
    public async Task Should_report_an_end_that_the_events_do_not_lead_to()
    {
        await using var shop = await Start();
        var (_, order) = await Completed(shop);

        await Change(shop, $"order/{order.Key}", 7, kept => kept with { Fact = new OrderRetried("nobody") });

        await AssertRed(shop, "I5", order.Key, "say Fulfilling, its saga Completed");
    }

    [Theory]
    [InlineData("order", 2)]
    [InlineData("order", 7)]
    [InlineData("payment", 1)]
    [InlineData("payment", 2)]
    [InlineData("stock", 1)]
    [InlineData("stock", 3)]
    public async Task Should_report_an_event_that_was_not_kept(string kind, long sequence)
    {
        await using var shop = await Start();
        var (product, order) = await Completed(shop);
        var entity = $"{kind}/{(kind == "stock" ? product.Key : order.Key)}";

        Rows(shop).ChangeAudit(entity, sequence, null);

        await AssertRed(shop, "I6", $"{entity}/{sequence}", "was not kept");
        Assert.True((await shop.Check()).Ok, "It may be on its way.");
        shop.Clock.Jump(TimeSpan.FromMinutes(3));
        // The newest of a product may have happened just now, for all that the stock knows.
        var old = (await shop.Check()).Checks.Single(c => c.Id == "I6");
        Assert.Equal((kind, sequence) is ("stock", 3), old.Ok);
    }

    [Fact]
    public async Task Should_report_an_event_that_never_happened()
    {
        await using var shop = await Start();
        var (product, order) = await Completed(shop);
        var stranger = new OrderId(Guid.NewGuid());

        await Add(shop, $"order/{order.Key}", 8, new OrderRetried("nobody"));
        await Add(shop, $"order/{stranger.Key}", 1, new OrderAccepted());
        await Add(shop, $"payment/{order.Key}", 3, new PaymentRefunded("key", "capture", Cent));
        await Add(shop, $"payment/{stranger.Key}", 1, new PaymentAuthorized("key", Cent));
        await Add(shop, $"stock/{product.Key}", 4, new StockAdjusted(1, "found"));
        await Add(shop, "stock/p:nowhere", 1, new StockAdjusted(1, "found"));

        var events = (await shop.Check()).Checks.Single(c => c.Id == "I6");
        Assert.Equal(6, events.OffenderCount);
        foreach (var named in new[] { $"order/{order.Key}/8", $"order/{stranger.Key}/1", $"payment/{order.Key}/3", $"payment/{stranger.Key}/1", $"stock/{product.Key}/4", "stock/p:nowhere/1" })
            Assert.Contains(events.Offenders, o => o.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_report_counters_that_the_events_do_not_lead_to()
    {
        await using var shop = await Start();
        var (product, _) = await Completed(shop);

        await Tamper<StockState>(shop, "stock", product.Key, stock => stock with { OnHand = stock.OnHand + 1 });

        await AssertRed(shop, "I1", product.Key, "by its events");
    }

    [Fact]
    public async Task Should_report_events_that_do_not_lead_to_the_counters()
    {
        await using var shop = await Start();
        var (product, _) = await Completed(shop);

        await Change(shop, $"stock/{product.Key}", 1, kept => kept with { Fact = new StockAdjusted(0, "nothing") });

        await AssertRed(shop, "I1", $"stock/{product.Key}/2", "oversold");
        await AssertRed(shop, "I1", product.Key, "by its counters");
    }

    [Fact]
    public async Task Should_report_a_reservation_that_ends_without_having_been_held()
    {
        await using var shop = await Start();
        var (product, order) = await Completed(shop);
        var stranger = new ReservationId(new OrderId(Guid.NewGuid()), 1, 1);

        await Change(shop, $"stock/{product.Key}", 2, kept => kept with { Fact = new StockHeld(stranger, new Quantity(1)) });

        await AssertRed(shop, "I2", $"{order}:1:1", "ended in");
        await AssertRed(shop, "I2", product.Key, "0 live reservations, 1 by its events");
    }

    [Fact]
    public async Task Should_report_a_reservation_that_is_held_twice()
    {
        await using var shop = await Start();
        var (product, order) = await Completed(shop);
        await shop.Until(await shop.Place("tok_ok", product), OrderStatus.Confirmed);
        await shop.AssertBooks();

        await Change(shop, $"stock/{product.Key}", 4, kept => kept with { Fact = new StockHeld(new ReservationId(order, 1, 1), new Quantity(1)) });

        await AssertRed(shop, "I2", $"{order}:1:1", "held twice");
    }

    [Fact]
    public async Task Should_report_a_hold_that_is_gone()
    {
        await using var shop = await Start();
        var product = await shop.Product(stock: 3);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.AssertBooks();

        Rows(shop).RemoveHolds();

        await AssertRed(shop, "I1", product.Key, "1 held by its counter, 0 by its reservations");
        await AssertRed(shop, "I2", $"{order}:1:1", "held by its events, not by its stock");
    }

    [Fact]
    public async Task Should_report_goods_that_left_without_an_order()
    {
        await using var shop = await Start();
        var (product, order) = await Completed(shop);

        await Tamper<Sagas.SagaState>(shop, "order-saga", order.Key, saga => saga with { Step = Sagas.SagaStep.Cancelled });

        await AssertRed(shop, "I2", product.Key, "1 shipped");
    }

    [Fact]
    public async Task Should_report_a_payment_that_the_events_do_not_lead_to()
    {
        await using var shop = await Start();
        var (_, order) = await Completed(shop);

        await Change(shop, $"payment/{order.Key}", 2, kept => kept with { Fact = kept.Fact is PaymentCaptured captured ? captured with { Amount = Cent } : kept.Fact });

        await AssertRed(shop, "I3", order.Key, "its payment's events");
    }

    [Fact]
    public async Task Should_report_a_second_outcome_under_one_key()
    {
        await using var shop = await Start();
        var (_, order) = await Completed(shop);

        await Change(shop, $"payment/{order.Key}", 2, kept => kept with { Fact = new PaymentDeclined($"{order}:auth:1", "late", Cent) });

        await AssertRed(shop, "I3", $"payment/{order.Key}/2", "second outcome");
    }

    [Fact]
    public async Task Should_report_events_that_are_on_their_way_at_rest_alone()
    {
        await using var shop = await Start();
        await Completed(shop);
        shop.LogFaults.Fail(times: int.MaxValue);
        await shop.Product(stock: 1);

        await AssertRed(shop, "I6", "on their way");
        Assert.True((await shop.Check()).Ok);
        shop.LogFaults.Fail(times: 0);
    }

    internal abstract StoredRows NewRows();

    private Task<ShopCluster> Start() => ShopCluster.Start(NewRows());

    private static StoredRows Rows(ShopCluster shop) => shop.Rows;

    /// <summary>One order of one piece: three events of its stock, seven of its own, two of its payment.</summary>
    private static async Task<(ProductId Product, OrderId Order)> Completed(ShopCluster shop)
    {
        var product = await shop.Product(stock: 3);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.After(TimeSpan.FromSeconds(61), order, OrderStatus.Completed);
        await shop.AssertBooks();
        return (product, order);
    }

    private static async Task Change(ShopCluster shop, string entity, long sequence, Func<AuditedEvent, AuditedEvent> lie)
    {
        await using var snapshot = await shop.Services.GetRequiredService<IDurableInspector>().OpenSnapshot();
        var kept = await snapshot.ReadLog<AuditedEvent>(AuditLog.Name, entity).FirstAsync(e => e.Entity == entity && e.Sequence == sequence);
        Rows(shop).ChangeAudit(entity, sequence, shop.Services.GetRequiredService<Serializer>().SerializeToArray(lie(kept.Value)));
    }

    private static Task Add(ShopCluster shop, string entity, long sequence, IFact fact) => shop.Services.GetRequiredService<IDurableLog>().Append(
        AuditLog.Name, [new DurableLogEntry<AuditedEvent>(entity, sequence, new AuditedEvent(shop.Clock.GetUtcNow(), new TraceContext("spec"), fact))]);

    private static async Task Tamper<T>(ShopCluster shop, string kind, string key, Func<T, T> lie) where T : class
    {
        var rows = shop.Services.GetRequiredService<IDurableRows>();
        var row = (await rows.Read<T>(kind, key))!;
        Assert.True(await rows.TryWrite(kind, key, lie(row.Value), row.Version));
    }

    private static async Task AssertRed(ShopCluster shop, string invariant, string named, string how = "", bool also = true)
    {
        var check = (await shop.CheckAtRest()).Checks.Single(c => c.Id == invariant);
        Assert.Equal(also, check.Offenders.Any(o => o.Contains(named, StringComparison.Ordinal) && o.Contains(how, StringComparison.Ordinal)));
        Assert.False(check.Ok);
    }
}

public sealed class When_the_audit_is_tampered_with_on_SQLite : When_the_audit_is_tampered_with
{
    internal override StoredRows NewRows() => new StoredRows.InSqlite();
}

public sealed class When_the_audit_is_tampered_with_on_PostgreSQL : When_the_audit_is_tampered_with
{
    internal override StoredRows NewRows() => new StoredRows.InPostgres();
}
