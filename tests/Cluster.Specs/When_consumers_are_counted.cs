using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Shop.Events;
using Shop.Orders;
using Shop.Telemetry;
using Shop.Values;

namespace Shop.Cluster.Specs;

/// <summary>What became of an event at each consumer. By itself: the shop's meter is that of the process.</summary>
[Collection(Name)]
public sealed class When_consumers_are_counted
{
    internal const string Name = "Counted by itself";

    [Fact]
    public async Task Should_tell_processed_from_failed_and_skipped()
    {
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener { InstrumentPublished = Listen };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counts.AddOrUpdate(Label(tags), value, (_, sum) => sum + value));
        listener.Start();
        await using var shop = await ShopCluster.Start(("Sagas:EnsureStartedAfter", "00:00:00.5"));
        shop.Faults.Fail("IOrderSagaGrain.Accept", times: 1, afterwards: false);
        shop.LogFaults.Fail(times: 1);
        await shop.PublishUnlogged(new ShopEvent("stock/p:earlier", 1, shop.Clock.GetUtcNow(), new TraceContext("earlier"), new StockAdjusted(1, "found"), Proven: true));

        var order = await shop.Place("tok_ok", await shop.Product(stock: 1));
        await shop.After(TimeSpan.FromSeconds(1), order, OrderStatus.Confirmed);
        // The outbox is empty: every consumer has answered, and counted before.
        await Eventually.Get(shop.OutboxDepth, depth => depth.Waiting == 0);

        Assert.Equal(1, counts["shop.order-placed.v1 failed saga"]);
        Assert.False(counts.ContainsKey("shop.order-placed.v1 processed saga"));
        Assert.Equal(1, counts["shop.order-confirmed.v1 skipped saga"]);
        Assert.Equal(1, counts["shop.order-confirmed.v1 skipped audit"]);
        Assert.Equal(1, counts["shop.stock-adjusted.v1 failed audit"]);
        Assert.Equal(1, counts["shop.stock-adjusted.v1 processed audit"]);
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == ShopMeter.Name && instrument.Name == "events.processed")
            listener.EnableMeasurementEvents(instrument);
    }

    private static string Label(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new Dictionary<string, object?>(tags.ToArray());
        return $"{labels["event_type"]} {labels["status"]} {labels["consumer"]}";
    }
}

[CollectionDefinition(When_consumers_are_counted.Name, DisableParallelization = true)]
public sealed class CountedByItself;
