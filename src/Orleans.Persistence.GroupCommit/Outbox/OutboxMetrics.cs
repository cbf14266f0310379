using System.Diagnostics.Metrics;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>What the meter <c>Orleans.Persistence.GroupCommit</c> shows of the outbox of one stream provider.</summary>
internal sealed class OutboxMetrics : IDisposable
{
    private const string MeterName = "Orleans.Persistence.GroupCommit";

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _provider;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _quarantined;
    private readonly Counter<long> _unheard;
    private readonly Counter<long> _otherType;
    private readonly Counter<long> _publishFailures;
    private readonly TimeProvider _time;

    public OutboxMetrics(string provider, TimeProvider time, IMeterFactory? meters)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _provider = new("provider", provider);
        _time = time;
        _delivered = _meter.CreateCounter<long>("groupcommit.outbox.delivered", "{event}", "Events that every subscriber, or the stream provider, has taken.");
        _quarantined = _meter.CreateCounter<long>("groupcommit.outbox.quarantined", "{event}", "Events put aside: unreadable, or refused.");
        _unheard = _meter.CreateCounter<long>("groupcommit.outbox.unsubscribed", "{event}", "Events removed because nobody subscribes to their stream.");
        _otherType = _meter.CreateCounter<long>(
            "groupcommit.outbox.other_type", "{event}", "Events a subscriber passed over because they are not of the type it asked for.");
        _publishFailures = _meter.CreateCounter<long>("groupcommit.outbox.publish_failures", "{batch}", "Batches that the stream provider did not take; they come again.");
    }

    public void Observe(OutboxBuffer buffer)
    {
        _meter.CreateObservableGauge(
            "groupcommit.outbox.depth", () => new Measurement<int>(buffer.Measure().Rows, _provider), "{event}", "Undelivered events in memory.");
        _meter.CreateObservableGauge(
            "groupcommit.outbox.oldest.age",
            () => new Measurement<double>(buffer.Measure().Oldest is { } oldest ? (_time.GetUtcNow() - oldest).TotalSeconds : 0, _provider),
            "s",
            "How long the oldest undelivered event in memory has waited.");
    }

    public void Delivered(int events) => _delivered.Add(events, _provider);

    public void Quarantined(int events) => _quarantined.Add(events, _provider);

    public void Unheard(int events) => _unheard.Add(events, _provider);

    public void OtherType() => _otherType.Add(1, _provider);

    public void PublishFailed() => _publishFailures.Add(1, _provider);

    public void Dispose() => _meter.Dispose();
}
