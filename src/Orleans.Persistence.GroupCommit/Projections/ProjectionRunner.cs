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
    private long? _lookedAtAll;

    public DurableProjectionStatus Status => _status;

    public string Name => plan.Name;

    public void Start() => _running = Task.Run(Run);

    public async Task Stop(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        // One that does not heed its token does not keep the silo: its transaction ends with the process.
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

            // Another silo may run it now, and knows better; that its rows are a newer release's stays so.
            if (_status.IsHere)
                _status = new DurableProjectionStatus(plan.Name, IsHere: false, 0, null);

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
            ForgetOldTroubles(place);
            _status = new DurableProjectionStatus(plan.Name, IsHere: true, StoppedBy is null ? 0 : 1, StoppedBy);
            await Follow(lease, table, place).ConfigureAwait(false);
        }
    }

    /// <summary>Until somebody wants all made anew.</summary>
    private async Task Follow(IProjectionLease lease, ProjectionTable table, ProjectionPlace place)
    {
        _lookedAtAll = null;
        while (await table.ReadVersion(null, _stopping.Token).ConfigureAwait(false) == plan.Options.Version)
        {
            await LookAtAll(place).ConfigureAwait(false);
            if (!await CatchUp(lease, table, place).ConfigureAwait(false))
                return;

            await watch.WaitForHeads(
                heads =>
                {
                    place.See(heads);
                    return Ready(place).Count > 0;
                },
                [], UntilDue(place), _stopping.Token).ConfigureAwait(false);
        }
    }

    private async Task LookAtAll(ProjectionPlace place)
    {
        if (_lookedAtAll is { } last && time.GetElapsedTime(last) < IntervalOfAll)
            return;

        place.See(await logs.ReadAllHeads(_stopping.Token).ConfigureAwait(false));
        _lookedAtAll = time.GetTimestamp();
    }

    /// <returns>False: somebody wants all made anew.</returns>
    private async Task<bool> CatchUp(IProjectionLease lease, ProjectionTable table, ProjectionPlace place)
    {
        var looked = time.GetTimestamp();
        long? measured = null;
        while (Ready(place) is { Count: > 0 } ready)
        {
            // In turns: one with a long log does not keep the others waiting.
            foreach (var owner in ready)
            {
                if (!await Step(lease, table, place, owner).ConfigureAwait(false))
                    return false;

                // After a step: most often there is nothing left to count.
                if (place.Behind().Count > 0 && (measured is null || time.GetElapsedTime(measured.Value) >= Interval))
                {
                    await Measure(place).ConfigureAwait(false);
                    measured = time.GetTimestamp();
                }
            }

            if (time.GetElapsedTime(looked) < Interval)
                continue;

            // It may be a long way: whoever has begun to write meanwhile does not wait for its end.
            await LookAtAll(place).ConfigureAwait(false);
            place.See((await logs.ReadHeads([], _stopping.Token).ConfigureAwait(false)).ToDictionary(head => head.Owner, head => head.Id));
            looked = time.GetTimestamp();
        }

        if (place.Behind().Count == 0)
            Tell(0);

        return true;
    }

    /// <summary>Whose entries wait for nothing but this.</summary>
    private List<long> Ready(ProjectionPlace place) =>
        [.. place.Behind().Where(owner => !_troubles.TryGetValue(owner, out var trouble) || !trouble.IsPaused)];

    /// <summary>Until the first pause ends; not longer than whoever has the lease may be silent.</summary>
    private TimeSpan UntilDue(ProjectionPlace place)
    {
        var left = Interval;
        foreach (var owner in place.Behind())
        {
            if (_troubles.TryGetValue(owner, out var trouble) && trouble.Left < left)
                left = trouble.Left;
        }

        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task Measure(ProjectionPlace place)
    {
        var entries = 0;
        foreach (var owner in place.Behind())
        {
            var most = ProjectionPlace.MostCounted - entries;
            entries += (int)Math.Min(most, await logs.Count(owner, place.Of(owner), most, _stopping.Token).ConfigureAwait(false));
            if (entries == ProjectionPlace.MostCounted)
                break;
        }

        Tell(entries);
    }

    private string? StoppedBy => _troubles.Values.Select(trouble => trouble.StoppedBy).FirstOrDefault(reason => reason is not null);

    private void Tell(long behind)
    {
        var stoppedBy = StoppedBy;
        _status = _status with { Behind = behind, StoppedBy = stoppedBy };
        var oldest = _troubles.Values.Select(trouble => trouble.WrittenAt).Append(_next).Min();
        metrics.Is(plan.Name,
            new(behind, behind == 0 ? 0 : Math.Max(0, (time.GetUtcNow() - (oldest ?? time.GetUtcNow())).TotalSeconds),
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

    Task Stop(CancellationToken cancellationToken);
}

/// <param name="Name">Under which its place is stored.</param>
/// <param name="Log">That it reads.</param>
/// <param name="Options">How.</param>
internal sealed record ProjectionPlan(string Name, string Log, DurableProjectionOptions Options);
