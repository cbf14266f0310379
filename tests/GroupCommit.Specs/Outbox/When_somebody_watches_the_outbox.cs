using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace GroupCommit.Specs.Outbox;

public sealed class When_somebody_watches_the_outbox
{
    [Fact]
    public async Task Should_show_what_waits_and_count_what_became_of_it()
    {
        using var database = new MemoryDatabase();
        var busy = new TaskCompletionSource();
        var deliveries = new Deliveries { OnEvent = (_, _) => busy.Task };
        await using var silo = await SiloUnderTest.Start(database, deliveries);
        using var watch = new Watch(silo.Services.GetRequiredService<IMeterFactory>());

        await silo.Publish("single", "a", 1, 2, 3);
        Assert.Equal(3, watch["groupcommit.outbox.depth"]);
        Assert.InRange(watch["groupcommit.outbox.oldest.age"], double.Epsilon, Eventually.Limit.TotalSeconds);

        busy.SetResult();
        await silo.Publish("void", "a", 4);
        await silo.PublishUnreadable("single", "b");
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");
        Assert.Equal(3, watch["groupcommit.outbox.delivered"]);
        Assert.Equal(1, watch["groupcommit.outbox.unsubscribed"]);
        Assert.Equal(1, watch["groupcommit.outbox.quarantined"]);
        await Eventually.Is(() => watch["groupcommit.outbox.depth"] == 0, "nothing waits");
        Assert.Equal(0, watch["groupcommit.outbox.oldest.age"]);
    }

    /// <summary>The instruments of one silo: sums of counters, newest values of gauges.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, double> _values = new();

        public Watch(IMeterFactory silo)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, silo) && instrument.Name.StartsWith("groupcommit.outbox.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _values.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _values[instrument.Name] = value);
            _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _values[instrument.Name] = value);
            _listener.Start();
        }

        public double this[string instrument]
        {
            get
            {
                _listener.RecordObservableInstruments();
                return _values.GetValueOrDefault(instrument);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
