using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Logs;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>
/// Runs one projection while this process has the lease for it, and tries to get the lease while it has not. All that is remembered between
/// two transactions is how far they have come, and that is read again with each lease.
/// </summary>
internal sealed partial class ProjectionRunner<T>(
    ProjectionPlan plan, IDurableProjection<T> projection, ILogStore logs, LogWatch watch, LogFormats formats, TimeProvider time,
    ProjectionMetrics metrics, ILogger logger) : IProjectionRunner where T : class
{
    /// <summary>Between two tries to get the lease, and between two signs of life of whoever has it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Processes that were taken for dead may have written something after all.</summary>
    public static readonly TimeSpan IntervalOfAll = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile DurableProjectionStatus _status = new(plan.Name, IsHere: false, 0, null);
    private string? _told;

    public DurableProjectionStatus Status => _status;

    public string Name => plan.Name;

    public void Start() => _running = Task.Run(Run);

    public async Task Stop()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var lease = await logs.TryLease(plan.Name, plan.Options.ApplyTimeout, _stopping.Token).ConfigureAwait(false);
                if (lease is not null)
                {
                    await using (lease.ConfigureAwait(false))
                        await Work(lease).ConfigureAwait(false);
                }

                _told = null;
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                // Every try of an outage comes here.
                if (_told != e.Message)
                    LogInterrupted(e, plan.Name, _told = e.Message);
            }
            catch (OperationCanceledException)
            {
                // The silo stops.
            }

            _status = _status with { IsHere = false };
            metrics.IsGone(plan.Name);
            await Task.Delay(Interval, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends when the lease is lost, or the projection is another release's.</summary>
    private async Task Work(IProjectionLease lease)
    {
        var table = new ProjectionTable(lease, logs.ServiceId, plan.Name);
        while (await Begin(lease, table).ConfigureAwait(false) is { } place)
        {
            LogBegun(plan.Name, plan.Options.Version);
            _status = new DurableProjectionStatus(plan.Name, IsHere: true, 0, null);
            await Follow(lease, table, place).ConfigureAwait(false);
        }
    }

    /// <summary>Until somebody wants all made anew.</summary>
    private async Task Follow(IProjectionLease lease, ProjectionTable table, ProjectionPlace place)
    {
        long? lookedAtAll = null;
        while (await table.ReadVersion(null, _stopping.Token).ConfigureAwait(false) == plan.Options.Version)
        {
            if (lookedAtAll is null || time.GetElapsedTime(lookedAtAll.Value) >= IntervalOfAll)
            {
                place.See(await logs.ReadAllHeads(_stopping.Token).ConfigureAwait(false));
                lookedAtAll = time.GetTimestamp();
            }

            if (!await CatchUp(lease, table, place).ConfigureAwait(false))
                return;

            await watch.WaitForHeads(place.SeesMore, [], Interval, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <returns>False: somebody wants all made anew.</returns>
    private async Task<bool> CatchUp(IProjectionLease lease, ProjectionTable table, ProjectionPlace place)
    {
        long? measured = null;
        while (place.Behind() is { Count: > 0 } behind)
        {
            // In turns: one with a long log does not keep the others waiting.
            foreach (var owner in behind)
            {
                if (measured is null || time.GetElapsedTime(measured.Value) >= Interval)
                {
                    await Measure(place).ConfigureAwait(false);
                    measured = time.GetTimestamp();
                }

                if (!await Step(lease, table, place, owner).ConfigureAwait(false))
                    return false;
            }
        }

        Tell(0, null);
        return true;
    }

    private async Task Measure(ProjectionPlace place)
    {
        var entries = 0L;
        foreach (var owner in place.Behind())
            entries += await logs.Count(owner, place.Of(owner), ProjectionPlace.MostCounted, _stopping.Token).ConfigureAwait(false);

        Tell(Math.Min(entries, ProjectionPlace.MostCounted), _status.StoppedBy);
    }

    private void Tell(long behind, string? stoppedBy)
    {
        _status = _status with { Behind = behind, StoppedBy = stoppedBy };
        metrics.Is(plan.Name,
            new(behind, behind == 0 ? 0 : Math.Max(0, (time.GetUtcNow() - (_next ?? time.GetUtcNow())).TotalSeconds),
            stoppedBy is not null));
    }

    /// <summary>Makes all anew if the code is newer than what it made, or somebody wants it.</summary>
    /// <returns>Null: the projection is a newer release's.</returns>
    private async Task<ProjectionPlace?> Begin(IProjectionLease lease, ProjectionTable table)
    {
        Dictionary<long, long>? positions = null;
        var isNew = false;
        await lease.InTransaction(
            async transaction =>
            {
                var version = await table.Lock(transaction, _stopping.Token).ConfigureAwait(false);
                if (version > plan.Options.Version)
                {
                    LeaveToNewer(version);
                    return;
                }

                if (version < plan.Options.Version)
                {
                    await projection.Reset(transaction, _stopping.Token).ConfigureAwait(false);
                    await table.Forget(transaction, _stopping.Token).ConfigureAwait(false);
                    await table.WriteVersion(transaction, plan.Options.Version, _stopping.Token).ConfigureAwait(false);
                    ProjectionCrashPoints.RowsReset.Reach();
                    isNew = true;
                }

                positions = await table.ReadPositions(transaction, _stopping.Token).ConfigureAwait(false);
            },
            isLong: true, _stopping.Token).ConfigureAwait(false);
        // Something that was left over from before would be blamed on whatever comes first.
        if (isNew)
            _troubles.Clear();

        return positions is null ? null : new ProjectionPlace(positions);
    }

    private void LeaveToNewer(int version)
    {
        var why = $"Its rows are of version {version}, which a newer release has made; this one has {plan.Options.Version}.";
        if (_status.StoppedBy != why)
            LogNewer(plan.Name, version, plan.Options.Version);

        _status = new DurableProjectionStatus(plan.Name, IsHere: false, 0, why);
    }

    public void Dispose() => _stopping.Dispose();
}

/// <summary>See <see cref="ProjectionRunner{T}"/>.</summary>
internal interface IProjectionRunner : IDisposable
{
    string Name { get; }

    DurableProjectionStatus Status { get; }

    void Start();

    Task Stop();
}

/// <param name="Name">Under which its place is stored.</param>
/// <param name="Log">That it reads.</param>
/// <param name="Options">How.</param>
internal sealed record ProjectionPlan(string Name, string Log, DurableProjectionOptions Options);
