using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Logs;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>
/// Tells the outbox of this process what was committed: every row once, in the order of ids. After a commit that ended ambiguously its rows
/// are looked up before anything newer goes out. Used on the writer's thread only.
/// </summary>
internal sealed partial class OutboxHandOver(ICommitter committer, IDialect dialect, LogWatch? watch, ILogger logger)
{
    private const int PageSize = 1_000;

    private long _lastGiven = dialect.IdsStartAfter;
    private bool _isOut;

    /// <summary>Whether rows may be stored that were not handed over.</summary>
    public bool IsBehind { get; private set; }

    public void FallBehind() => IsBehind = true;

    /// <summary>Looks up what is stored and was not handed over. When the database does not answer, the next call tries again.</summary>
    public void CatchUp()
    {
        try
        {
            while (IsBehind)
            {
                var rows = dialect.ReadOutbox(_lastGiven, PageSize, CancellationToken.None).GetAwaiter().GetResult();
                Give(rows);
                IsBehind = rows.Count == PageSize;
                if (!IsBehind)
                    watch?.Missed();
            }

            _isOut = false;
        }
        catch (Exception e)
        {
            // Every commit of an outage comes here.
            if (!_isOut)
                LogBehind(e);

            _isOut = true;
        }
    }

    /// <param name="requests">A batch.</param>
    /// <param name="stored">What the database said of the first of them.</param>
    public void Give(WriteRequest[] requests, bool[] stored)
    {
        if (IsBehind)
        {
            // These are read with the others, in order.
            CatchUp();
            return;
        }

        watch?.Committed(requests, stored);
        List<OutboxRow>? rows = null;
        for (var i = 0; i < stored.Length; i++)
        {
            if (!stored[i])
                continue;

            if (requests[i] is GrainWrite { Outbox.Count: > 0 } write)
                (rows ??= new List<OutboxRow>(requests.Length)).AddRange(write.Outbox);
            else if (requests[i] is OutboxAppend append)
                (rows ??= new List<OutboxRow>(requests.Length)).AddRange(append.Rows);
            else if (requests[i] is OutboxAdopt adopt)
                (rows ??= new List<OutboxRow>(requests.Length)).AddRange(adopt.Rows);
        }

        if (rows is not null)
            Give(rows);
    }

    private void Give(IReadOnlyList<OutboxRow> rows)
    {
        if (rows.Count == 0)
            return;

        GroupCommitCrashPoints.EventsCommitted.Reach();
        _lastGiven = rows[^1].Id;
        try
        {
            committer.OutboxCommitted?.Invoke(rows);
        }
        catch (Exception e)
        {
            // A bug of the receiver; it must not take the writer down, and the rows are still in the database.
            LogReceiverFailed(e, rows.Count);
        }
    }

    [LoggerMessage(4, LogLevel.Warning, "The outbox cannot be read after a failed commit; what it stored is delivered once the database answers")]
    private partial void LogBehind(Exception error);

    [LoggerMessage(5, LogLevel.Error, "Handing over {Count} committed outbox rows failed; they are delivered after the next start")]
    private partial void LogReceiverFailed(Exception error, int count);
}
