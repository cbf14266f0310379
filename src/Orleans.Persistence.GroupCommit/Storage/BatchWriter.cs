using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>
/// The one writer: a thread of its own that commits whatever waits. While one batch is flushed to the disk, the next one gathers;
/// that is where the batches come from.
/// </summary>
internal sealed partial class BatchWriter(
    WriteQueue queue, IDialect dialect, int maximumBatch, TimeSpan patience, CommitMetrics metrics, OutboxHandOver handOver, ILogger logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _failing;
    private long? _awaySince;

    /// <summary>The newest commit failed, not because of what was in it.</summary>
    public bool IsFailing => _failing;

    /// <summary>Ends when the queue is closed and all of it is written.</summary>
    public Task Ended => _ended.Task;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "group commit writer" }.Start();

    private void Run()
    {
        var batch = new List<PendingWrite>(maximumBatch);
        while (queue.Take(batch, maximumBatch, handOver.IsBehind ? RetryPause : Timeout.InfiniteTimeSpan))
        {
            handOver.CatchUp();
            while (batch.Count > 0)
                batch.RemoveRange(0, Commit(batch));
        }

        _ended.SetResult();
    }

    /// <returns>How many of them, from the first one on, are dealt with.</returns>
    private int Commit(List<PendingWrite> batch)
    {
        var requests = new WriteRequest[batch.Count];
        for (var i = 0; i < requests.Length; i++)
            requests[i] = batch[i].Request;

        bool[] stored;
        try
        {
            using var activity = CommitMetrics.StartCommit(batch.Count);
            var started = Stopwatch.GetTimestamp();
            // The thread is there for waiting: nothing else could go on before this batch is durable.
            GroupCommitCrashPoints.BatchGathered.Reach();
            stored = CommitWhenConnected(requests);
            _failing = false;
            metrics.Committed(stored.Length, Stopwatch.GetElapsedTime(started));
        }
        catch (BatchRejectedException e) when (e.IsOfOneMember && batch.Count > 1)
        {
            // Halves, and their halves: one bad write among 512 costs some twenty commits, not 512.
            LogRejected(e, batch.Count);
            var half = batch.GetRange(0, batch.Count / 2);
            return Commit(half);
        }
        catch (BatchRejectedException e)
        {
            if (e.IsOfOneMember)
            {
                LogRefused(e, requests[0].GetType().Name);
            }
            else
            {
                _failing = true;
                LogFailed(e, batch.Count);
            }

            Fail(batch, $"{e.Message} Nothing of this write was stored.", e.InnerException);
            return batch.Count;
        }
        catch (DatabaseAwayException e)
        {
            LogFailed(e, batch.Count);
            Fail(batch, $"{e.Message} Nothing of this write was stored.", e.InnerException);
            return batch.Count;
        }
        catch (Exception e)
        {
            _failing = true;
            LogFailed(e, batch.Count);
            handOver.FallBehind();
            Fail(batch, $"The commit failed, and whether it was stored is not known. {e.Message}", e);
            return batch.Count;
        }

        // First the outbox: whoever gets the answer may look for the event.
        handOver.Give(requests, stored);
        GroupCommitCrashPoints.BatchCommitted.Reach();
        for (var i = 0; i < stored.Length; i++)
        {
            if (!stored[i] && requests[i] is GrainWrite or VersionCheck)
                metrics.Conflicted();

            batch[i].SetResult(stored[i]);
        }

        return stored.Length;
    }

    /// <summary>
    /// A database that restarts is waited for: what has not been sent can be sent later, and whoever waits for it need not begin anew. An outage is waited for once; in a
    /// long one each further batch has one try, so that its writers hear of it soon.
    /// </summary>
    private bool[] CommitWhenConnected(WriteRequest[] requests)
    {
        while (true)
        {
            try
            {
                var stored = dialect.Commit(requests, CancellationToken.None).GetAwaiter().GetResult();
                _awaySince = null;
                return stored;
            }
            catch (DatabaseAwayException e)
            {
                if (_awaySince is null)
                    LogAway(e, patience);

                _failing = true;
                _awaySince ??= Stopwatch.GetTimestamp();
                if (queue.IsClosed || Stopwatch.GetElapsedTime(_awaySince.Value) >= patience)
                    throw;

                Thread.Sleep(RetryPause);
            }
        }
    }

    private void Fail(List<PendingWrite> batch, string message, Exception? error)
    {
        metrics.Failed(batch.Count);
        foreach (var write in batch)
            write.SetException(new DurableStateLostException(message, error));
    }
}
