using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Health;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>
/// The one writer: a thread of its own that commits whatever waits. While one batch is flushed to the disk, the next one gathers;
/// that is where the batches come from.
/// </summary>
internal sealed partial class BatchWriter(
    WriteQueue queue, IDialect dialect, int maximumBatch, TimeSpan patience, TimeProvider time, CommitMetrics metrics, OutboxHandOver handOver, ILogger logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _failing;
    private volatile Exception? _trouble;
    private volatile Failure? _failure;
    private long? _awaySince;

    /// <summary>The newest commit failed, not because of what was in it.</summary>
    public bool IsFailing => _failing;

    /// <summary>What the newest try ran into, whatever it lay in; null after one that succeeded.</summary>
    public Exception? Trouble => _trouble;

    /// <summary>The newest failure that was not a probe's, nor lay in what was written, unless it is older.</summary>
    public Exception? FailureWithin(TimeSpan age) => _failure is { } failure && time.GetElapsedTime(failure.At) < age ? failure.Error : null;

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
            _trouble = null;
            metrics.Committed(stored.Length, Stopwatch.GetElapsedTime(started));
        }
        catch (BatchRejectedException e) when (e.IsOfOneMember && batch.Count > 1)
        {
            _trouble = e;
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
                Note(e, requests);
                LogFailed(e, batch.Count);
            }

            Fail(batch, $"{e.Message} Nothing of this write was stored.", e.InnerException);
            return batch.Count;
        }
        catch (DatabaseAwayException e)
        {
            Note(e, requests);
            LogFailed(e, batch.Count);
            Fail(batch, $"{e.Message} Nothing of this write was stored.", e.InnerException);
            return batch.Count;
        }
        catch (Exception e)
        {
            Note(e, requests);
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
            if (!stored[i] && requests[i] is GrainWrite { MayExist: false } or VersionCheck && !CommitProbe.Sends(requests[i]))
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
                _trouble = e;
                _awaySince ??= Stopwatch.GetTimestamp();
                if (queue.IsClosed || Stopwatch.GetElapsedTime(_awaySince.Value) >= patience)
                    throw;

                Thread.Sleep(RetryPause);
            }
        }
    }

    private void Note(Exception error, WriteRequest[] requests)
    {
        _failing = true;
        _trouble = error;
        // A probe says itself how it ended.
        if (Array.Exists(requests, request => !CommitProbe.Sends(request)))
            _failure = new Failure(error, time.GetTimestamp());
    }

    private void Fail(List<PendingWrite> batch, string message, Exception? error)
    {
        metrics.Failed(batch.Count);
        foreach (var write in batch)
            write.SetException(new DurableStateLostException(message, error));
    }

    private sealed record Failure(Exception Error, long At);
}
