using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Orders;

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

    [Fact]
    public async Task Should_lose_none_and_set_none_aside_while_nothing_can_be_kept()
    {
        await using var shop = await ShopCluster.Start();
        shop.LogFaults.Fail(times: 20);
        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await shop.Until(order, OrderStatus.Confirmed); // Nobody waits for the audit.

        var missing = await shop.CheckAtRest();
        Assert.False(missing.Checks.Single(c => c.Id == "I6").Ok);
        Assert.True((await shop.Check()).Ok, "What is on its way is no offender while the shop is at work.");

        await shop.AssertBooks();
        Assert.True(shop.LogFaults.AreOver);
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
