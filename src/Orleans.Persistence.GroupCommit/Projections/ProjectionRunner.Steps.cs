using System.Data.Common;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>One transaction after the other; and what becomes of an entry that cannot be applied.</summary>
internal sealed partial class ProjectionRunner<T>
{
    private DateTimeOffset? _next;

    // Each owner's own: what another one has written goes on meanwhile.
    private readonly Dictionary<long, ProjectionTrouble> _troubles = [];

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
        // The first time the connection has gone with it, and may have been at fault: this is another one.
        if (trouble is { Doomed: { } doomed, IsTriedAgain: true })
            return await SetAside(lease, table, place, owner, records[0], doomed).ConfigureAwait(false);

        _next = records[0].WrittenAt;
        ProjectionCrashPoints.EntriesRead.Reach();
        try
        {
            var (entries, last) = Read(records);
            if (!await Apply(lease, table, place, owner, entries, last).ConfigureAwait(false))
                return false;

            GoOn(place, owner, last, entries.Count);
            return true;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested && IsOfEntries(lease, e))
        {
            if (trouble is null)
                _troubles.Add(owner, trouble = new ProjectionTrouble(records[0].Id, records[^1].Id, time));

            trouble.WrittenAt = records[0].WrittenAt;
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

    private async Task<bool> Apply(IProjectionLease lease, ProjectionTable table, ProjectionPlace place, long owner,
        List<ProjectedEntry<T>> entries, long last)
    {
        var isOurs = false;
        await lease.InTransaction(
            async transaction =>
            {
                isOurs = await table.Lock(transaction, _stopping.Token).ConfigureAwait(false) == plan.Options.Version;
                if (!isOurs)
                    return;

                if (entries.Count > 0)
                    await Apply(entries, transaction).ConfigureAwait(false);

                ProjectionCrashPoints.EntriesApplied.Reach();
                await table.WritePosition(transaction, owner, place.Of(owner), last, _stopping.Token).ConfigureAwait(false);
                ProjectionCrashPoints.PositionWritten.Reach();
            },
            isLong: false, _stopping.Token).ConfigureAwait(false);
        ProjectionCrashPoints.EntriesCommitted.Reach();
        return isOurs;
    }

    /// <summary>The limit is the handler's alone: how long the database takes to begin says nothing about the entries.</summary>
    private async Task Apply(List<ProjectedEntry<T>> entries, DbTransaction transaction)
    {
        using var limit = new CancellationTokenSource(plan.Options.ApplyTimeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, limit.Token);
        try
        {
            await projection.Apply(entries, transaction, ends.Token).ConfigureAwait(false);
            ends.Token.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (limit.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            throw new ApplyTimeoutException($"{entries.Count} entries were not applied within {plan.Options.ApplyTimeout}.", e);
        }
    }

    /// <summary>
    /// Cancelling ends the connection, too, and then it is the entries that took so long. What the database said itself has nothing to do
    /// with them.
    /// </summary>
    private static bool IsOfEntries(IProjectionLease lease, Exception error) => error switch
    {
        ProjectionMovedException => false,
        ApplyTimeoutException { InnerException: { } cause } when cause is DbException or IOException => !lease.IsOutage(cause),
        ApplyTimeoutException => true,
        _ => !lease.IsOutage(error),
    };

    private void GoOn(ProjectionPlace place, long owner, long last, int entries)
    {
        place.GoTo(owner, last);
        metrics.Applied(plan.Name, entries);
        if (!_troubles.TryGetValue(owner, out var trouble))
            return;

        trouble.Meet(last + 1);
        if (last >= trouble.Last)
            _troubles.Remove(owner);

        if (_status.StoppedBy is not null && StoppedBy is null)
        {
            LogGoesOn(plan.Name);
            Tell(_status.Behind);
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
            (trouble.IsTriedAgain, trouble.Doomed) = (trouble.Doomed is not null, error);
            return await SetAside(lease, table, place, owner, record, error).ConfigureAwait(false);
        }
        else if (trouble.StoppedBy is null)
        {
            LogStopped(error, plan.Name, record.Row.Entity, record.Row.Sequence, trouble.Failures);
            trouble.StoppedBy = $"The entry {record.Row.Sequence} of '{record.Row.Entity}' cannot be applied: {error.Message}";
            Tell(Math.Max(1, _status.Behind));
        }

        trouble.Pause(PauseAfter(trouble.Failures));
        return true;
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
                await table.WritePosition(transaction, owner, place.Of(owner), record.Id, _stopping.Token).ConfigureAwait(false);
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

    /// <summary>Grows with the failures. Meanwhile what other processes have written goes on.</summary>
    private TimeSpan PauseAfter(int failures) => TimeSpan.FromSeconds(Math.Min(
        plan.Options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)), plan.Options.RetryLimit.TotalSeconds));

    /// <summary>Another silo may have gone past their entries, or set them aside, since this one had the lease last.</summary>
    private void ForgetOldTroubles(ProjectionPlace place)
    {
        foreach (var (owner, trouble) in _troubles.ToArray())
        {
            if (place.Of(owner) >= trouble.Last)
                _troubles.Remove(owner);
            else if (place.Of(owner) >= trouble.Next)
                trouble.Meet(place.Of(owner) + 1);
        }
    }

    /// <summary>Whatever cancelling did to the connection, it is the entries that took so long.</summary>
    private sealed class ApplyTimeoutException(string message, Exception cause) : Exception(message, cause);
}
