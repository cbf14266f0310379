using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>One transaction after the other; and what becomes of an entry that cannot be applied.</summary>
internal sealed partial class ProjectionRunner<T>
{
    private DateTimeOffset? _next;

    // A batch has failed: up to its last entry they come one by one, so that only the one at fault is blamed.
    private (long Owner, long Last)? _alone;
    private int _failures;

    // It is to be set aside, but the connection went with it.
    private (long Owner, long Id, Exception Error)? _doomed;

    /// <returns>False: somebody wants all made anew, or has it.</returns>
    private async Task<bool> Step(IProjectionLease lease, ProjectionTable table, ProjectionPlace place, long owner)
    {
        var limit = _alone is { } alone && alone.Owner == owner && place.Of(owner) < alone.Last ? 1 : plan.Options.MaximumBatch;
        var records = await logs.ReadRecords(plan.Log, owner, place.Of(owner), limit, _stopping.Token).ConfigureAwait(false);
        if (records.Count == 0)
        {
            place.FindNothing(owner);
            return true;
        }

        if (_doomed is { } doomed && (doomed.Owner, doomed.Id) == (owner, records[0].Id))
            return await SetAside(lease, table, place, owner, records[0], doomed.Error).ConfigureAwait(false);

        _next = records[0].WrittenAt;
        ProjectionCrashPoints.EntriesRead.Reach();
        try
        {
            var (entries, last) = Read(records);
            if (!await Apply(lease, table, owner, entries, last).ConfigureAwait(false))
                return false;

            GoOn(place, owner, last, entries.Count);
            return true;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested && (e is ApplyTimeoutException || !lease.IsOutage(e)))
        {
            if (records.Count > 1 && (_alone is null || place.Of(owner) >= _alone.Value.Last || _alone.Value.Owner != owner))
            {
                LogDivided(e, plan.Name, records.Count);
                _alone = (owner, records[^1].Id);
                return true;
            }

            return await Fail(lease, table, place, owner, records[0], e).ConfigureAwait(false);
        }
    }

    /// <summary>The entries of the log up to one that cannot be read, and the id that is reached with them.</summary>
    private (List<ProjectedEntry<T>> Entries, long Last) Read(IReadOnlyList<LogRecord> records)
    {
        List<ProjectedEntry<T>> entries = [];
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (record.Log != plan.Log)
                continue;

            try
            {
                entries.Add(new ProjectedEntry<T>(record.Row.Entity, record.Row.Sequence, formats.Read<T>(record.Log, record.Row),
                    record.WrittenAt));
            }
            catch (Exception) when (i > 0)
            {
                // Those before it take effect first.
                return (entries, records[i - 1].Id);
            }
        }

        return (entries, records[^1].Id);
    }

    private async Task<bool> Apply(IProjectionLease lease, ProjectionTable table, long owner, List<ProjectedEntry<T>> entries, long last)
    {
        var isOurs = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, plan.Options.ApplyTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await lease.InTransaction(
                async transaction =>
                {
                    isOurs = await table.Lock(transaction, limit.Token).ConfigureAwait(false) == plan.Options.Version;
                    if (!isOurs)
                        return;

                    if (entries.Count > 0)
                        await projection.Apply(entries, transaction, limit.Token).ConfigureAwait(false);

                    ProjectionCrashPoints.EntriesApplied.Reach();
                    await table.WritePosition(transaction, owner, last, limit.Token).ConfigureAwait(false);
                    ProjectionCrashPoints.PositionWritten.Reach();
                },
                isLong: false, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (limit.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            throw new ApplyTimeoutException($"{entries.Count} entries were not applied within {plan.Options.ApplyTimeout}.", e);
        }

        ProjectionCrashPoints.EntriesCommitted.Reach();
        return isOurs;
    }

    private void GoOn(ProjectionPlace place, long owner, long last, int entries)
    {
        place.GoTo(owner, last);
        metrics.Applied(plan.Name, entries);
        if (_status.StoppedBy is not null)
        {
            LogGoesOn(plan.Name);
            Tell(_status.Behind, null);
        }

        (_failures, _doomed) = (0, null);
    }

    /// <summary>The entry is alone, and fails.</summary>
    private async Task<bool> Fail(IProjectionLease lease, ProjectionTable table, ProjectionPlace place, long owner, LogRecord record,
        Exception error)
    {
        if (++_failures < plan.Options.Attempts)
        {
            LogFailed(error, plan.Name, record.Row.Entity, record.Row.Sequence);
        }
        else if (plan.Options.SetsAside)
        {
            _doomed = (owner, record.Id, error);
            return await SetAside(lease, table, place, owner, record, error).ConfigureAwait(false);
        }
        else if (_failures == plan.Options.Attempts)
        {
            LogStopped(error, plan.Name, record.Row.Entity, record.Row.Sequence, _failures);
            Tell(Math.Max(1, _status.Behind),
                $"The entry {record.Row.Sequence} of '{record.Row.Entity}' cannot be applied: {error.Message}");
        }

        return await Pause(table).ConfigureAwait(false);
    }

    private async Task<bool> SetAside(IProjectionLease lease, ProjectionTable table, ProjectionPlace place, long owner, LogRecord record,
        Exception error)
    {
        var isOurs = false;
        await lease.InTransaction(
            async transaction =>
            {
                isOurs = await table.Lock(transaction, _stopping.Token).ConfigureAwait(false) == plan.Options.Version;
                if (!isOurs)
                    return;

                await table.SetAside(transaction, record, error.Message, time.GetUtcNow(), _stopping.Token).ConfigureAwait(false);
                await table.WritePosition(transaction, owner, record.Id, _stopping.Token).ConfigureAwait(false);
                ProjectionCrashPoints.EntrySetAside.Reach();
            },
            isLong: false, _stopping.Token).ConfigureAwait(false);
        if (!isOurs)
            return false;

        LogSetAside(error, plan.Name, record.Row.Entity, record.Row.Sequence);
        metrics.SetAside(plan.Name);
        GoOn(place, owner, record.Id, 0);
        return true;
    }

    /// <summary>Grows with the failures; meanwhile the lease is kept, and a reset noticed.</summary>
    private async Task<bool> Pause(ProjectionTable table)
    {
        var seconds = Math.Min(plan.Options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(_failures - 1, 30)),
            plan.Options.RetryLimit.TotalSeconds);
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= Interval)
        {
            await Task.Delay(left < Interval ? left : Interval, time, _stopping.Token).ConfigureAwait(false);
            if (await table.ReadVersion(null, _stopping.Token).ConfigureAwait(false) != plan.Options.Version)
                return false;
        }

        return true;
    }

    /// <summary>Whatever cancelling did to the connection, it is the entries that took so long.</summary>
    private sealed class ApplyTimeoutException(string message, Exception cause) : Exception(message, cause);
}
