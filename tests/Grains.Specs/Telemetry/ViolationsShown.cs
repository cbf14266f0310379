using System.Diagnostics.Metrics;
using Shop.Telemetry;

namespace Grains.Specs.Telemetry;

/// <summary>What the metric shop_invariant_violations shows: one a process, so whoever moves it does so alone.</summary>
[CollectionDefinition]
public sealed class ViolationsShown
{
    internal static List<(string Check, long Wrong)> Read()
    {
        var shown = new List<(string, long)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: ShopMeter.Name, Name: "shop.invariant.violations" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => shown.Add(((string)tags[0].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return shown;
    }
}
