using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Scheduling;

/// <summary>Counts what the scheduler reads.</summary>
internal sealed class CountingDialect(IDialect inner) : IDialect
{
    private long _reads;
    private long _rows;

    public IDialect Inner => inner;

    public long Reads => Interlocked.Read(ref _reads);

    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Every read fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>Every read brings what nobody can work with.</summary>
    public bool BringsNonsense { get; set; }

    public long IdsStartAfter => inner.IdsStartAfter;

    public async Task<IReadOnlyList<ScheduleRow>> ReadDue(DateTimeOffset now, int places, int inWork, CancellationToken cancellationToken)
    {
        try
        {
            if (IsDown)
                throw new IOException("The disk went away.");

            if (BringsNonsense)
                return [null!];

            var rows = await inner.ReadDue(now, places, inWork, cancellationToken);
            Interlocked.Add(ref _rows, rows.Count);
            return rows;
        }
        finally
        {
            Interlocked.Increment(ref _reads);
        }
    }

    public Task<StoreTime> ReadTime(CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Remember(SteadyClock clock) => throw new NotSupportedException();

    public Task Open(bool applySchema, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool[]> Commit(IReadOnlyList<WriteRequest> batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Verify(RowId row)
    {
    }

    public Task<StoredRow?[]> Read(IReadOnlyList<RowId> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<OutboxRow>> ReadOutbox(long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IDialectSnapshot> OpenSnapshot(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
