using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit.Logs;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <inheritdoc cref="ICommitter"/>
internal sealed partial class Committer(
    IDialect dialect, IOptions<GroupCommitOptions> options, TimeProvider time, CommitMetrics metrics, ILogger<Committer> logger,
    LogWatch? watch = null) : ICommitter
{
    // Less than this is the way to the server and back, or a time server's daily work.
    private static readonly TimeSpan SmallStep = TimeSpan.FromSeconds(1);

    private WriteQueue? _queue;
    private BatchWriter? _writer;
    private BatchReader? _reader;
    private long _lastId;

    public Action<IReadOnlyList<OutboxRow>>? OutboxCommitted { get; set; }

    /// <summary>How many writes wait for the database.</summary>
    public int QueueDepth => _queue?.Depth ?? 0;

    public bool IsFailing => _writer is { IsFailing: true } || _reader is { IsFailing: true };

    /// <summary>Whether it has been started and not stopped.</summary>
    public bool IsOpen => _queue is { IsClosed: false };

    /// <summary>What the newest try to commit ran into, while none has succeeded since.</summary>
    public Exception? Trouble => _writer?.Trouble;

    /// <summary>The newest failure of what grains wrote, if it is not older; not one that lay in what was written.</summary>
    public Exception? FailureWithin(TimeSpan age) => _writer?.FailureWithin(age);

    /// <summary>Opens the database and begins to work.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        await dialect.Open(settings.ApplySchemaAtStart, cancellationToken).ConfigureAwait(false);
        if (time is SteadyClock clock)
            await Set(clock, cancellationToken).ConfigureAwait(false);

        _lastId = dialect.IdsStartAfter;

        var queue = new WriteQueue(settings.QueueCapacity, settings.EnqueueTimeout, time);
        metrics.ObserveQueue(queue);
        if (dialect.LogSize is not null)
            metrics.ObserveLog(() => dialect.LogSize ?? 0);
        _writer = new BatchWriter(queue, dialect, settings.MaximumBatch, settings.EnqueueTimeout, time, metrics,
            new OutboxHandOver(this, dialect, watch, logger), logger);
        _reader = new BatchReader(dialect, settings.MaximumBatch);
        _writer.Start();
        _reader.Start();
        _queue = queue;
    }

    /// <summary>Writes what waits, then closes the database. Writes that come later fail.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        if (_queue is null)
            return;

        _queue.Close();
        watch?.Close();
        _reader!.Stop();
        try
        {
            await _writer!.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection is left to the writer; the process is about to end.
            LogNotDrained(_queue.Depth);
            return;
        }

        await dialect.DisposeAsync().ConfigureAwait(false);
    }

    public Task<bool> Commit(WriteRequest request)
    {
        try
        {
            // In a batch it would cost its neighbours further transactions.
            if (request is GrainWrite write)
                dialect.Verify(write.Row);
            else if (request is VersionCheck check)
                dialect.Verify(check.Row);
        }
        catch (ArgumentException e)
        {
            return Task.FromException<bool>(e);
        }

        return _queue is { } queue ? queue.Add(request) : throw NotStarted();
    }

    public Task<StoredRow?> Read(RowId row, CancellationToken cancellationToken) =>
        _reader is { } reader ? reader.Read(row, cancellationToken) : throw NotStarted();

    public long NextId() => _lastId == 0 ? throw NotStarted() : Interlocked.Increment(ref _lastId);

    private static InvalidOperationException NotStarted() => new("The database is not open yet: it opens when the silo starts.");

    private async Task Set(SteadyClock clock, CancellationToken cancellationToken)
    {
        var known = await dialect.ReadTime(cancellationToken).ConfigureAwait(false);
        // It may have been set by the same server on the way here: only a real difference is worth a step back.
        if (known.Server is { } server && clock.MoveForward(server) == TimeSpan.Zero && clock.GetUtcNow() - server > SmallStep)
            clock.Set(server);
        if (known.Newest is { } newest && clock.MoveForward(newest) is var behind && behind > SmallStep)
            LogClockIsBehind(behind, known.Server is null ? "of this machine" : "of the database's server", newest);

        dialect.Remember(clock);
    }

    [LoggerMessage(7, LogLevel.Warning,
        "The clock {Whose} is {Behind} behind the newest time in the database, {Newest:O}. Time goes on from there, so that nothing is written with a time "
        + "that was before: what is shown and written until then is ahead of that clock. Set the clock right; if it is right, the database was written with a clock that was ahead")]
    private partial void LogClockIsBehind(TimeSpan behind, string whose, DateTimeOffset newest);

    [LoggerMessage(6, LogLevel.Warning, "The silo stops before the database has taken all writes; {Count} are left and were never acknowledged")]
    private partial void LogNotDrained(int count);
}
