using System.Diagnostics.Metrics;
using Orleans.Streams.RabbitMQ.Connections;

namespace Orleans.Streams.RabbitMQ;

/// <summary>The instruments of one provider, on the meter <c>Orleans.Streams.RabbitMQ</c>. Thread-safe.</summary>
internal sealed class StreamMetrics : IDisposable
{
    public const string MeterName = "Orleans.Streams.RabbitMQ";

    // The usual ones are for milliseconds: every confirm would be in the first.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly KeyValuePair<string, object?> _provider;
    private readonly Meter _meter;
    private readonly Histogram<double> _confirmSeconds;
    private readonly Counter<long> _published;
    private readonly Counter<long> _received;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _redelivered;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _unproven;
    private readonly Counter<long> _unheard;
    private readonly Counter<long> _otherType;
    private readonly Counter<long> _reconnects;
    private readonly Counter<double> _blockedSeconds;

    public StreamMetrics(string provider, IMeterFactory? factory)
    {
        _provider = new("provider", provider);
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _confirmSeconds = _meter.CreateHistogram("rabbitmq.streams.confirm.duration", "s", "From the call to the broker's confirm.", tags: null, Seconds);
        _published = _meter.CreateCounter<long>("rabbitmq.streams.published", "{message}", "Messages by outcome: confirmed, nacked, returned, timed_out; repeated counts those sent again.");
        _received = _meter.CreateCounter<long>("rabbitmq.streams.received", "{message}", "Messages that came from the broker.");
        _delivered = _meter.CreateCounter<long>("rabbitmq.streams.delivered", "{message}", "Messages that all subscribers have taken.");
        _redelivered = _meter.CreateCounter<long>("rabbitmq.streams.redelivered", "{message}", "Messages that the broker sent again, by what became of them: again (delivered once more), adopted (their delivery was still going on), done (it had ended).");
        _duplicates = _meter.CreateCounter<long>("rabbitmq.streams.duplicates", "{message}", "Second copies of a message that was still being delivered; dropped.");
        _deadLettered = _meter.CreateCounter<long>("rabbitmq.streams.dead_lettered", "{message}", "Messages put aside, by reason: failed, unreadable, forged, unproven.");
        _unproven = _meter.CreateCounter<long>("rabbitmq.streams.unproven", "{message}", "Messages without a digest, or with one by an unknown key; handed on, or put aside.");
        _unheard = _meter.CreateCounter<long>("rabbitmq.streams.unheard", "{message}", "Messages of streams that nobody subscribes to; acknowledged.");
        _otherType = _meter.CreateCounter<long>("rabbitmq.streams.other_type", "{event}", "Events that a subscriber of another type did not see.");
        _reconnects = _meter.CreateCounter<long>("rabbitmq.streams.reconnects", "{connection}", "Connections that were made again.");
        _blockedSeconds = _meter.CreateCounter<double>("rabbitmq.streams.blocked.duration", "s", "How long the broker took nothing (memory or disk alarm).");
    }

    public void Confirmed(TimeSpan duration)
    {
        if (_confirmSeconds.Enabled)
            _confirmSeconds.Record(duration.TotalSeconds, _provider);
        Published("confirmed");
    }

    public void Published(string outcome) => _published.Add(1, _provider, new("outcome", outcome));

    public void Received(int messages) => _received.Add(messages, _provider);

    public void Delivered(int messages) => _delivered.Add(messages, _provider);

    public void Redelivered(string fate) => _redelivered.Add(1, _provider, new("fate", fate));

    public void Duplicate() => _duplicates.Add(1, _provider);

    public void DeadLettered(string reason) => _deadLettered.Add(1, _provider, new("reason", reason));

    public void Unproven() => _unproven.Add(1, _provider);

    public void Unheard(int messages) => _unheard.Add(messages, _provider);

    public void OtherType() => _otherType.Add(1, _provider);

    public void Reconnected(BrokerPurpose purpose) => _reconnects.Add(1, _provider, new("purpose", purpose.ToString().ToLowerInvariant()));

    public void WasBlocked(TimeSpan duration) => _blockedSeconds.Add(duration.TotalSeconds, _provider);

    /// <summary>What can be looked at whenever somebody asks.</summary>
    public void Observe(Func<int> inFlight, Func<int> waiting, Func<int> unanswered, Func<double> oldestUnanswered)
    {
        _meter.CreateObservableGauge("rabbitmq.streams.in_flight", () => Measure(inFlight()), "{message}", "Published, not yet confirmed.");
        _meter.CreateObservableGauge("rabbitmq.streams.waiting", () => Measure(waiting()), "{message}", "Waiting to be published.");
        _meter.CreateObservableGauge("rabbitmq.streams.unanswered", () => Measure(unanswered()), "{message}", "Received, not yet acknowledged.");
        _meter.CreateObservableGauge("rabbitmq.streams.unanswered.age", () => Measure(oldestUnanswered()), "s", "Of the oldest of them.");
    }

    public void Dispose() => _meter.Dispose();

    private Measurement<T> Measure<T>(T value)
        where T : struct => new(value, _provider);
}
