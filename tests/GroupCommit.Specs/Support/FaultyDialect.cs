using System.Collections.Concurrent;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs;

/// <summary>The database, with faults on demand. Each fault is for one batch, in the order they were asked for.</summary>
internal sealed class FaultyDialect(IDialect inner) : IDialect, IDisposable
{
    private readonly ConcurrentQueue<Fault> _faults = new();
    private readonly ConcurrentQueue<IReadOnlyList<WriteRequest>> _batches = new();

    public IDialect Inner => inner;

    /// <summary>What came, whether it was stored or not.</summary>
    public IReadOnlyCollection<IReadOnlyList<WriteRequest>> Batches => _batches;

    public IEnumerable<GrainWrite> Writes => _batches.SelectMany(batch => batch).OfType<GrainWrite>();

    /// <summary>Set: every commit and every read fails with it.</summary>
    public Exception? Down { get; set; }

    /// <summary>Set: states cannot be read; commits work.</summary>
    public Exception? ReadsFail { get; set; }

    /// <summary>Set: the outbox cannot be read; commits work.</summary>
    public Exception? OutboxDown { get; set; }

    public long IdsStartAfter => inner.IdsStartAfter;

    public LogsUnderTest Logs { get; } = new(inner);

    ILogStore IDialect.Logs => Logs;

    public HeldBatch HoldNext()
    {
        var held = new HeldBatch();
        _faults.Enqueue(async commit =>
        {
            held.Arrive();
            await held.Released;
            return await commit();
        });
        return held;
    }

    /// <summary>The batch fails; nothing of it is stored, but nobody can know.</summary>
    public void FailNext() => _faults.Enqueue(_ => throw new IOException("The connection was cut before the commit."));

    /// <summary>The batch is stored, but the answer is lost.</summary>
    public void LoseNextAnswer() => _faults.Enqueue(async commit =>
    {
        await commit();
        throw new IOException("The connection was cut after the commit.");
    });

    /// <summary>Holds a batch, then fails it.</summary>
    public HeldBatch HoldAndFailNext()
    {
        var held = new HeldBatch();
        _faults.Enqueue(async _ =>
        {
            held.Arrive();
            await held.Released;
            throw new IOException("The disk went away.");
        });
        return held;
    }

    public Task<StoreTime> ReadTime(CancellationToken cancellationToken) => inner.ReadTime(cancellationToken);

    public void Remember(SteadyClock clock) => inner.Remember(clock);

    public Task Open(bool applySchema, CancellationToken cancellationToken) => inner.Open(applySchema, cancellationToken);

    public async Task<bool[]> Commit(IReadOnlyList<WriteRequest> batch, CancellationToken cancellationToken)
    {
        _batches.Enqueue(batch);
        if (Down is { } down)
            throw down;

        return _faults.TryDequeue(out var fault)
            ? await fault(() => inner.Commit(batch, cancellationToken))
            : await inner.Commit(batch, cancellationToken);
    }

    public void Verify(RowId row) => inner.Verify(row);

    public Task<StoredRow?[]> Read(IReadOnlyList<RowId> rows, CancellationToken cancellationToken) =>
        (Down ?? ReadsFail) is { } down ? Task.FromException<StoredRow?[]>(down) : inner.Read(rows, cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> ReadOutbox(long afterId, int limit, CancellationToken cancellationToken) =>
        (Down ?? OutboxDown) is { } down ? Task.FromException<IReadOnlyList<OutboxRow>>(down) : inner.ReadOutbox(afterId, limit, cancellationToken);

    public Task<IReadOnlyList<ScheduleRow>> ReadDue(DateTimeOffset now, int places, int inWork, CancellationToken cancellationToken) =>
        inner.ReadDue(now, places, inWork, cancellationToken);

    public Task<IDialectSnapshot> OpenSnapshot(CancellationToken cancellationToken) => inner.OpenSnapshot(cancellationToken);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private delegate Task<bool[]> Fault(Func<Task<bool[]>> commit);
}

/// <summary>A batch that stands before the database until it is released.</summary>
internal sealed class HeldBatch
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => _arrived.Task.Soon();

    internal Task Released => _released.Task;

    public void Release() => _released.TrySetResult();

    internal void Arrive() => _arrived.TrySetResult();
}
