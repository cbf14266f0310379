using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Tells the database what is dealt with, in the background and much at once: delivered rows leave the outbox, the position in the logs moves on, and
/// what failed is put aside. When the database refuses, it tries again; what is still open when the silo stops is delivered again after the next start.
/// </summary>
internal sealed partial class OutboxSettler(ICommitter committer, OutboxBuffer buffer, TimeSpan delay, TimeProvider time, ILogger<OutboxSettler> logger)
{
    private const int RemovedAtOnce = 1_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<long> _delivered = new();
    private readonly Queue<OutboxQuarantine> _failed = new();
    private TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _working = Task.CompletedTask;
    private bool _moved;
    private PositionWrite? _stored;

    public void Remove(IReadOnlyList<OutboxRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                if (row.Place is null)
                    _delivered.Enqueue(row.Id);
            }
        }

        Moved();
    }

    /// <summary>The position may be another one now.</summary>
    public void Moved()
    {
        lock (_gate)
        {
            _moved = true;
            Begin();
        }
    }

    /// <param name="rows">As rows of the outbox.</param>
    /// <param name="reason">For whoever looks into it.</param>
    public void Quarantine(IReadOnlyList<OutboxRow> rows, string reason)
    {
        lock (_gate)
        {
            _failed.Enqueue(new OutboxQuarantine(rows, reason));
            Begin();
        }
    }

    /// <summary>Whether the database is unavailable. Asks it again then, so that one old failure is not the last word when nobody else asks.</summary>
    public bool IsDatabaseFailing()
    {
        if (!committer.IsFailing)
            return false;

        _ = Ask();
        return true;
    }

    /// <summary>Works at its usual pace again.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (_stopping.Task.IsCompleted)
                _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Settles what is open now, without waiting for company and without repeating what fails.</summary>
    public async Task Flush(TimeSpan limit)
    {
        Task working;
        lock (_gate)
        {
            _stopping.TrySetResult();
            _moved = true;
            Begin();
            working = _working;
        }

        try
        {
            await working.WaitAsync(limit, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogNotFlushed(_delivered.Count, _failed.Count);
        }
    }

    private async Task Ask()
    {
        try
        {
            await Task.WhenAll(committer.Commit(new OutboxRemove([])), committer.Read(new RowId("", ""), CancellationToken.None)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Shows in IsFailing.
        }
    }

    private void Begin()
    {
        if (_working.IsCompleted)
            _working = Task.Run(() => Work(_stopping.Task));
    }

    private async Task Work(Task stopping)
    {
        var pause = delay;
        while (true)
        {
            await Task.WhenAny(Task.Delay(pause, time, CancellationToken.None), stopping).ConfigureAwait(false);
            try
            {
                while (await SettleSome().ConfigureAwait(false))
                {
                }

                await Move().ConfigureAwait(false);

                pause = delay;
            }
            catch (Exception e)
            {
                LogFailed(e);
                pause = pause < FirstPause ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                if (stopping.IsCompleted)
                    return;
            }

            lock (_gate)
            {
                if (_delivered.Count == 0 && _failed.Count == 0 && !_moved)
                {
                    // Under the lock: whoever adds next has to begin anew.
                    _working = Task.CompletedTask;
                    return;
                }
            }
        }
    }

    /// <summary>Rows stay in their queue until it is certain that they are dealt with; doing it twice is harmless.</summary>
    private async Task<bool> SettleSome()
    {
        long[] delivered;
        OutboxQuarantine? failed;
        lock (_gate)
        {
            delivered = [.. _delivered.Take(RemovedAtOnce)];
            _failed.TryPeek(out failed);
        }

        if (delivered.Length > 0)
        {
            await committer.Commit(new OutboxRemove(delivered)).ConfigureAwait(false);
            lock (_gate)
            {
                for (var i = 0; i < delivered.Length; i++)
                    _delivered.Dequeue();
            }
        }

        if (failed is not null)
        {
            await committer.Commit(failed).ConfigureAwait(false);
            lock (_gate)
                _failed.Dequeue();
        }

        return failed is not null || delivered.Length > 0;
    }

    /// <summary>Stores the position, which stands for all logged events that are dealt with.</summary>
    private async Task Move()
    {
        lock (_gate)
        {
            if (!_moved)
                return;

            // Before the position is taken: what moves it from now on asks again.
            _moved = false;
        }

        var position = buffer.Position();
        lock (_gate)
        {
            // It may have passed an event that was put aside just now, and that is not stored yet: then after the next round.
            if (_failed.Count > 0)
            {
                _moved = true;
                return;
            }
        }

        if (position is null || (_stored is { } stored && stored.Position == position.Position && LateStreams.AreEqual(stored.Late, position.Late)))
            return;

        try
        {
            await committer.Commit(position).ConfigureAwait(false);
            _stored = position;
        }
        catch
        {
            lock (_gate)
                _moved = true;

            throw;
        }
    }
}
