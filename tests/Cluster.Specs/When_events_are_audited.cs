using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.Cluster.Specs;

/// <summary>Every event is kept, once, as it was published.</summary>
public sealed class When_events_are_audited
{
    [Fact]
    public async Task Should_keep_an_orders_whole_way()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 2);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.After(TimeSpan.FromSeconds(61), order, OrderStatus.Completed);
        await shop.AssertBooks();

        var kept = await Kept(shop);

        foreach (var entity in new[] { $"order/{order.Key}", $"payment/{order.Key}", $"stock/{product.Key}" })
        {
            var published = await Eventually.Get(() => Task.FromResult(shop.Events.Of(entity)), events => events is not null && events.Count == kept.Count(e => e.Entity == entity));
            Assert.Equal(
                published!.Select(e => (e.Sequence, e.OccurredAt, e.Trace, e.Fact.ToString())),
                kept.Where(e => e.Entity == entity).Select(e => (e.Sequence, e.Value.OccurredAt, e.Value.Trace, e.Value.Fact.ToString())));
        }

        Assert.Equal(7 + 2 + 3, kept.Count);
    }

    /// <summary>In a cluster of two releases: the earlier one's events are kept by whoever reads them from the stream.</summary>
    [Fact]
    public async Task Should_keep_those_of_a_release_that_did_not_log_them_and_lose_none_while_nothing_can_be_kept()
    {
        await using var shop = await ShopCluster.Start();
        shop.LogFaults.Fail(times: 6);
        var earlier = Enumerable.Range(1, 5).Select(n => new ShopEvent("stock/p:earlier", n, shop.Clock.GetUtcNow(), new TraceContext("earlier"), new StockAdjusted(n, "found"), Proven: true)).ToList();
        foreach (var happened in earlier)
            await shop.PublishUnlogged(happened);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await shop.Until(order, OrderStatus.Confirmed); // Nobody waits for the audit.

        await Eventually.Get(() => Kept(shop), kept => kept.Count(entry => entry.Entity == "stock/p:earlier") == earlier.Count);

        Assert.Equal(
            earlier.Select(happened => (happened.Sequence, happened.OccurredAt, happened.Fact)),
            (await Kept(shop)).Where(entry => entry.Entity == "stock/p:earlier").Select(entry => (entry.Sequence, entry.Value.OccurredAt, entry.Value.Fact)));
        Assert.True(shop.LogFaults.AreOver);
    }

    /// <summary>What silos of the release before publish proves nothing; what a stranger publishes looks like it.</summary>
    [Fact]
    public async Task Should_keep_what_proves_nothing_if_the_books_have_it()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 2);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.AssertBooks();
        var lost = (await Kept(shop)).Where(entry => entry.Sequence <= 2).ToList();
        Assert.Equal(2 + 2 + 2, lost.Count);
        foreach (var (entity, sequence, _) in lost)
            shop.Rows.ChangeAudit(entity, sequence, payload: null);

        foreach (var (entity, sequence, kept) in lost)
            await shop.PublishUnlogged(new ShopEvent(entity, sequence, kept.OccurredAt, kept.Trace, kept.Fact));

        await shop.AssertBooks();
        Assert.Equal(lost.Select(Told), (await Kept(shop)).Where(entry => entry.Sequence <= 2).Select(Told));

        static (string, long, DateTimeOffset) Told(DurableLogEntry<AuditedEvent> entry) => (entry.Entity, entry.Sequence, entry.Value.OccurredAt);
    }

    /// <summary>It would take the place of the true one, and the state that comes with that could not be stored.</summary>
    [Fact]
    public async Task Should_not_keep_what_proves_nothing_and_has_not_happened()
    {
        await using var shop = await ShopCluster.Start();
        var product = await shop.Product(stock: 2);
        var order = await shop.Place("tok_ok", product);
        await shop.Until(order, OrderStatus.Confirmed);
        await shop.AssertBooks();
        shop.Rows.ChangeAudit($"order/{order.Key}", 3, payload: null);
        var before = (await Kept(shop)).Count;

        var (now, trace) = (shop.Clock.GetUtcNow(), new TraceContext("forged"));
        await shop.PublishUnlogged(new ShopEvent($"stock/{product.Key}", 3, now, trace, new StockAdjusted(1_000, "found")));
        await shop.PublishUnlogged(new ShopEvent("stock/p:nowhere", 1, now, trace, new StockAdjusted(1_000, "found")));
        await shop.PublishUnlogged(new ShopEvent($"payment/{order.Key}", 9, now, trace, new PaymentRefunded("key", "capture", new Money(1, "EUR"))));
        await shop.PublishUnlogged(new ShopEvent($"order/{order.Key}", 3, now, trace, new OrderCompleted()));
        await shop.PublishUnlogged(new ShopEvent($"order/{new OrderId(Guid.NewGuid()).Key}", 1, now, trace, new OrderPlaced((await shop.Saga(order).Read())!.Placement)));
        await Eventually.Get(shop.OutboxDepth, depth => depth.Waiting == 0);

        Assert.Equal(before, (await Kept(shop)).Count);
        // The true events find their places free.
        await shop.After(TimeSpan.FromSeconds(61), order, OrderStatus.Completed);
    }

    [Theory]
    [InlineData("IPaymentGrain.Authorize")]
    [InlineData("IOrderSagaGrain.Accept")]
    public async Task Should_keep_all_when_the_process_dies(string method)
    {
        await using var shop = await ShopCluster.Start();
        var stopped = shop.Faults.Stop(method, afterwards: true);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await stopped;

        await shop.KillAndRestart();
        await shop.After(TimeSpan.FromSeconds(31), order, OrderStatus.Confirmed);

        await shop.AssertBooks();
        Assert.Equal(shop.Events.Of($"order/{order.Key}")!.Count, (await Kept(shop)).Count(e => e.Entity == $"order/{order.Key}"));
    }

    private static async Task<List<DurableLogEntry<AuditedEvent>>> Kept(ShopCluster shop)
    {
        await using var snapshot = await shop.Services.GetRequiredService<IDurableInspector>().OpenSnapshot();
        return await snapshot.ReadLog<AuditedEvent>(AuditLog.Name).ToListAsync();
    }
}
