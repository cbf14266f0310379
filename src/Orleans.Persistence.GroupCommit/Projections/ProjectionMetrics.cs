using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>What the library's meter shows of the projections that run here.</summary>
internal sealed class ProjectionMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _applied;
    private readonly Counter<long> _setAside;
    private readonly ConcurrentDictionary<string, Lag> _lags = new();

    public ProjectionMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(CommitMetrics.Name) ?? new Meter(CommitMetrics.Name);
        _applied = _meter.CreateCounter<long>("groupcommit.projection.applied", "{entry}", "Entries that took effect.");
        _setAside = _meter.CreateCounter<long>("groupcommit.projection.set_aside", "{entry}",
            "Entries that could not be applied and were gone past.");
        _meter.CreateObservableGauge(
            "groupcommit.projection.entries.behind", () =>
                Measure(lag => lag.Entries), "{entry}", "Entries that were not looked at yet, up to 100,000.");
        _meter.CreateObservableGauge(
            "groupcommit.projection.seconds.behind", () => Measure(lag => lag.Seconds), "s", "How old the next of them is.");
        _meter.CreateObservableGauge(
            "groupcommit.projection.stopped", () =>
                Measure(lag => lag.IsStopped ? 1L : 0L), "{projection}", "1: it does not go on until a person has seen to it.");
    }

    public Meter Meter => _meter;

    public void Applied(string projection, int entries) => _applied.Add(entries, Tag(projection));

    public void SetAside(string projection) => _setAside.Add(1, Tag(projection));

    public void Is(string projection, Lag lag) => _lags[projection] = lag;

    /// <summary>It does not run here any more.</summary>
    public void IsGone(string projection) => _lags.TryRemove(projection, out _);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<T>> Measure<T>(Func<Lag, T> value) where T : struct =>
        _lags.Select(lag => new Measurement<T>(value(lag.Value), Tag(lag.Key)));

    private static KeyValuePair<string, object?> Tag(string projection) => new("projection", projection);

    internal readonly record struct Lag(long Entries, double Seconds, bool IsStopped);
}
