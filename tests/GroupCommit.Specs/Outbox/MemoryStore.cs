using System.Threading.Channels;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Outbox;

/// <summary>One process's access to a <see cref="MemoryDatabase"/>: commits in the background, one by one, as the real one does in batches.</summary>
internal sealed class MemoryStore : ICommitter, IDialect
{
    private readonly MemoryDatabase _database;
    private readonly Channel<(WriteRequest Request, TaskCompletionSource<bool> Stored)> _queue =
        Channel.CreateUnbounded<(WriteRequest, TaskCompletionSource<bool>)>();

    private volatile bool _dead;

    public MemoryStore(MemoryDatabase database)
    {
        _database = database;
        IdsStartAfter = database.LastId;
        _ = Task.Run(Write);
    }

    public Action<IReadOnlyList<OutboxRow>>? OutboxCommitted { get; set; }

    /// <summary>Makes commits fail.</summary>
    public Func<WriteRequest, bool> Refuse { get; set; } = _ => false;

    public bool IsFailing { get; private set; }

    public long IdsStartAfter { get; }

    /// <summary>From now on nothing is written, and nobody is answered.</summary>
    public void Kill() => _dead = true;

    public Task<bool> Commit(WriteRequest request)
    {
        var stored = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Writer.TryWrite((request, stored));
        return stored.Task;
    }

    public long NextId() => _database.NextId();

    public Task<IReadOnlyList<OutboxRow>> ReadOutbox(long afterId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(_database.ReadOutbox(afterId, limit));

    public Task<IReadOnlyList<ScheduleRow>> ReadDue(DateTimeOffset now, int places, int inWork, CancellationToken cancellationToken) =>
        Task.FromResult(_database.ReadDue(now, places + inWork));

    public Task<StoredRow?> Read(RowId row, CancellationToken cancellationToken) => Task.FromResult<StoredRow?>(null);

    public void Verify(RowId row)
    {
    }

    public Task<StoredRow?[]> Read(IReadOnlyList<RowId> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StoreTime> ReadTime(CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Remember(SteadyClock clock) => throw new NotSupportedException();

    public Task Open(bool applySchema, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool[]> Commit(IReadOnlyList<WriteRequest> batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IDialectSnapshot> OpenSnapshot(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private async Task Write()
    {
        await foreach (var (request, stored) in _queue.Reader.ReadAllAsync())
        {
            if (_dead)
                continue;

            IsFailing = Refuse(request);
            if (IsFailing)
            {
                stored.SetException(new InvalidOperationException("The disk is full."));
                continue;
            }

            var result = _database.Apply(request);
            if (request is OutboxAppend append)
                OutboxCommitted?.Invoke(append.Rows);

            stored.SetResult(result);
        }
    }
}
