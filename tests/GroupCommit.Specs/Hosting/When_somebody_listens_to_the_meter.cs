using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Hosting;

public sealed class When_somebody_listens_to_the_meter : IDisposable
{
    private readonly SqliteFile _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_show_batches_conflicts_and_the_queue()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Orleans.Persistence.GroupCommit" && instrument.Meter.Scope == meters)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        await using var store = await Store.Open(_database, metrics: new CommitMetrics(meters));

        await store.Commit(Store.Write("a"));
        await store.Commit(Store.Write("a"));
        Assert.False(await store.Commit(Store.Write("a") with { MayExist = true }));
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("b"));
        await held.Arrived;
        var waiting = store.Committer.Commit(Store.Write("c"));
        listener.RecordObservableInstruments();
        held.Release();
        await Task.WhenAll(first, waiting).Soon();

        Assert.Equal(5, seen["groupcommit.batch.size"]);
        Assert.Equal(1, seen["groupcommit.conflicts"]);
        Assert.Equal(1, seen["groupcommit.queue.depth"]);
        Assert.True(seen["groupcommit.commit.duration"] > 0);
    }
}
