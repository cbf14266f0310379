using System.Diagnostics.Metrics;

namespace Orleans.Persistence.GroupCommit.Scheduling;

/// <summary>What the meter <c>Orleans.Persistence.GroupCommit</c> shows of scheduled messages.</summary>
internal sealed class ScheduleMetrics : IDisposable
{
    private const string MeterName = "Orleans.Persistence.GroupCommit";

    private readonly Meter _meter;
    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _failures;

    public ScheduleMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _lateness = _meter.CreateHistogram<double>("groupcommit.schedule.lateness", "s", "From the due time of a message until its grain is called.");
        _failures = _meter.CreateCounter<long>("groupcommit.schedule.failures", "{call}", "Scheduled calls that threw or took too long.");
    }

    public void Called(TimeSpan lateness) => _lateness.Record(lateness.TotalSeconds);

    public void Failed() => _failures.Add(1);

    public void Dispose() => _meter.Dispose();
}
