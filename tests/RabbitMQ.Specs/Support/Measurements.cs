using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace RabbitMq.Specs;

/// <summary>What the meter of one silo has shown since this listens. Thread-safe.</summary>
internal sealed class Measurements : IDisposable
{
    public const string Prefix = "rabbitmq.streams.";

    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly ConcurrentDictionary<string, bool> _instruments = new();
    private readonly ConcurrentDictionary<string, bool> _moved = new();
    private readonly MeterListener _listener = new();

    public Measurements(IServiceProvider silo)
    {
        var meters = silo.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != "Orleans.Streams.RabbitMQ" || instrument.Meter.Scope != meters)
                return;

            _instruments[instrument.Name] = true;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The names of all instruments, without <see cref="Prefix"/>.</summary>
    public IEnumerable<string> Instruments => _instruments.Keys.Select(name => name[Prefix.Length..]);

    /// <summary>Those that have never shown anything but zero.</summary>
    public IEnumerable<string> Still => Instruments.Where(name => !_moved.ContainsKey(Prefix + name)).Order();

    /// <summary>The sum of an instrument, or of what it has shown with one value of a tag: <c>redelivered.adopted</c>.</summary>
    public double this[string name] => _sums.GetValueOrDefault(Prefix + name);

    /// <summary>What a gauge shows at this moment.</summary>
    public double Look(string gauge)
    {
        _sums.TryRemove(Prefix + gauge, out _);
        _listener.RecordObservableInstruments();
        return this[gauge];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (value != 0)
            _moved[instrument.Name] = true;
        _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        foreach (var (name, tag) in tags)
        {
            if (name != "provider")
                _sums.AddOrUpdate($"{instrument.Name}.{tag}", value, (_, sum) => sum + value);
        }
    }
}
