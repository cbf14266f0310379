using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>One transaction after the other; and what becomes of an entry that cannot be applied.</summary>
internal sealed partial class ProjectionRunner<T>
{
    private DateTimeOffset? _next;

    // Each owner's own: what another one has written goes on meanwhile.
    private readonly Dictionary<long, Trouble> _troubles = [];

    /// <returns>False: somebody wants all made anew, or has it.</returns>
    private async Task<bool> Step(IProjectionLease lease, ProjectionTable table, ProjectionPlace place, long owner)
    {
        var trouble = _troubles.GetValueOrDefault(owner);
        var limit = trouble is null ? plan.Options.MaximumBatch : 1;
        var records = await logs.ReadRecords(plan.Log, owner, place.Of(owner), limit, _stopping.Token).ConfigureAwait(false);
        if (records.Count == 0)
        {
            place.FindNothing(owner);
            return true;
        }

        trouble?.Meet(records[0].Id);
        if (trouble?.Doomed is { } doomed)
            return await SetAside(lease, table, place, owner, records[0], doomed).ConfigureAwait(false);

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
            if (trouble is null)
                _troubles.Add(owner, new Trouble(records[^1].Id));

            if (records.Count > 1)
            {
                LogDivided(e, plan.Name, records.Count);
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
        if (!_troubles.TryGetValue(owner, out var trouble))
            return;

        trouble.Meet(last + 1);
        if (last >= trouble.Last)
            _troubles.Remove(owner);

        if (_status.StoppedBy is not null && _troubles.Values.All(other => other.Failures < plan.Options.Attempts))
        {
            LogGoesOn(plan.Name);
            Tell(_status.Behind, null);
        }
    }

    /// <summary>The entry is alone, and fails.</summary>
    private async Task<bool> Fail(IProjectionLease lease, ProjectionTable table, ProjectionPlace place, long owner, LogRecord record,
        Exception error)
    {
        var trouble = _troubles[owner];
        if (++trouble.Failures < plan.Options.Attempts)
        {
            LogFailed(error, plan.Name, record.Row.Entity, record.Row.Sequence);
        }
        else if (plan.Options.SetsAside)
        {
            trouble.Doomed = error;
            return await SetAside(lease, table, place, owner, record, error).ConfigureAwait(false);
        }
        else if (trouble.Failures == plan.Options.Attempts)
        {
            LogStopped(error, plan.Name, record.Row.Entity, record.Row.Sequence, trouble.Failures);
            Tell(Math.Max(1, _status.Behind),
                $"The entry {record.Row.Sequence} of '{record.Row.Entity}' cannot be applied: {error.Message}");
        }

        return await Pause(table, trouble.Failures).ConfigureAwait(false);
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
    private async Task<bool> Pause(ProjectionTable table, int failures)
    {
        var seconds = Math.Min(plan.Options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)),
            plan.Options.RetryLimit.TotalSeconds);
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= Interval)
        {
            await Task.Delay(left < Interval ? left : Interval, time, _stopping.Token).ConfigureAwait(false);
            if (await table.ReadVersion(null, _stopping.Token).ConfigureAwait(false) != plan.Options.Version)
                return false;
        }

        return true;
    }

    /// <summary>
    /// A batch of an owner has failed: up to its last entry they come one by one, so that only the one at fault is blamed.
    /// </summary>
    private sealed class Trouble(long last)
    {
        private long _next;

        public long Last => last;

        /// <summary>How often the next entry has failed.</summary>
        public int Failures { get; set; }

        /// <summary>Why the next entry is to be set aside, which may take another connection.</summary>
        public Exception? Doomed { get; set; }

        /// <summary>
        /// The next entry is this one. Another one than before: somebody has gone past that, perhaps on another silo in between.
        /// </summary>
        public void Meet(long next)
        {
            if (next != _next)
                (_next, Failures, Doomed) = (next, 0, null);
        }
    }

    /// <summary>Whatever cancelling did to the connection, it is the entries that took so long.</summary>
    private sealed class ApplyTimeoutException(string message, Exception cause) : Exception(message, cause);
}
