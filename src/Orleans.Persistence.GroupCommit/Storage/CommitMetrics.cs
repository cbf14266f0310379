using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>What the meter and the activity source <c>Orleans.Persistence.GroupCommit</c> show.</summary>
internal sealed class CommitMetrics : IDisposable
{
    public const string Name = "Orleans.Persistence.GroupCommit";

    private static readonly ActivitySource Activities = new(Name);

    // The usual ones are for milliseconds: every commit would be in the first.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Meter _meter;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _dropped;

    public CommitMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _batchSize = _meter.CreateHistogram<int>("groupcommit.batch.size", "{write}", "Writes in one transaction.");
        _duration = _meter.CreateHistogram("groupcommit.commit.duration", "s", "From the start of a transaction until it is durable.", tags: null, Seconds);
        _conflicts = _meter.CreateCounter<long>("groupcommit.conflicts", "{write}", "Writes that were left out because another one came first.");
        _failures = _meter.CreateCounter<long>("groupcommit.failures", "{write}", "Writes that failed or ended ambiguously.");
        _dropped = _meter.CreateCounter<long>("groupcommit.log.dropped", "{entry}", "Entries of logs that were old and that nobody needs.");
    }

    public void Dropped(long entries) => _dropped.Add(entries);

    public void ObserveQueue(WriteQueue queue) => _meter.CreateObservableGauge(
        "groupcommit.queue.depth", () => queue.Depth, "{write}", "Writes that wait for the database.");

    public void ObserveLog(Func<long> size) => _meter.CreateObservableGauge(
        "groupcommit.wal.size", size, "By", "SQLite's write-ahead log; long while somebody reads for long.");

    public static Activity? StartCommit(int writes)
    {
        var activity = Activities.StartActivity("groupcommit.commit");
        activity?.SetTag("groupcommit.batch.size", writes);
        return activity;
    }

    public void Committed(int writes, TimeSpan duration)
    {
        _batchSize.Record(writes);
        _duration.Record(duration.TotalSeconds);
    }

    public void Conflicted() => _conflicts.Add(1);

    public void Failed(int writes) => _failures.Add(writes);

    public void Dispose() => _meter.Dispose();
}
