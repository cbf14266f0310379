using System.Diagnostics.Metrics;

namespace Orleans.Persistence.GroupCommit.Scheduling;

/// <summary>What the meter <c>Orleans.Persistence.GroupCommit</c> shows of scheduled messages.</summary>
internal sealed class ScheduleMetrics : IDisposable
{
    private const string MeterName = "Orleans.Persistence.GroupCommit";

    // From one look at the table to the outage of a day.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86400],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _failures;

    public ScheduleMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _lateness = _meter.CreateHistogram("groupcommit.schedule.lateness", "s", "From the due time of a message until its grain is called.", tags: null, Seconds);
        _failures = _meter.CreateCounter<long>("groupcommit.schedule.failures", "{call}", "Scheduled calls that threw or took too long.");
    }

    public void Called(TimeSpan lateness) => _lateness.Record(lateness.TotalSeconds);

    public void Failed() => _failures.Add(1);

    public void Dispose() => _meter.Dispose();
}
