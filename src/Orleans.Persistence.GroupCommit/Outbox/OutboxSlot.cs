using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>The batch of one stream that is being delivered, and who is reading it.</summary>
internal sealed class OutboxSlot
{
    public List<OutboxCursor> Cursors { get; } = [];

    public OutboxBatch? Batch { get; private set; }

    /// <summary>A subscriber gave it up.</summary>
    public bool HasFailed { get; set; }

    /// <summary>A cursor went without having taken it.</summary>
    public bool IsUnresolved { get; set; }

    /// <summary>The last batch found no subscriber, and none has come since.</summary>
    public bool IsUnheard { get; set; }

    public bool IsAlone => Cursors.Count == 0;

    public bool IsPassedByAll => Batch is { } batch && Cursors.Count > 0 && Cursors.TrueForAll(cursor => cursor.HasPassed(batch));

    public void Put(OutboxBatch batch)
    {
        Batch = batch;
        HasFailed = IsUnresolved = false;
    }

    public void Clear() => Batch = null;
}

/// <summary>One subscriber's place in a stream (or the agent's placeholder while it looks for subscribers).</summary>
internal sealed class OutboxCursor(OutboxCache cache, OutboxSlot slot) : IQueueCacheCursor
{
    private OutboxBatch? _current;
    private OutboxBatch? _passed;
    private bool _failed;

    public OutboxSlot Slot => slot;

    public bool HasPassed(OutboxBatch batch) => ReferenceEquals(_passed, batch);

    /// <summary>Passed, or delivered just before the agent stopped. Relies on an agent that lets deliveries end before it disposes a cursor.</summary>
    public bool HasTaken(OutboxBatch batch) => HasPassed(batch) || (ReferenceEquals(_current, batch) && !_failed);

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current;
    }

    [Obsolete("Required by the interface.")]
    public bool MoveNext() => Move();

    public QueueCacheCursorMoveResult MoveNextWithResult() => Move() ? QueueCacheCursorMoveResult.Success : QueueCacheCursorMoveResult.NoData;

    /// <summary>The stream's batch, if there is one, is where the cursor goes anyway.</summary>
    public void Refresh(StreamSequenceToken token)
    {
    }

    public void RecordDeliveryFailure() => _failed = _current is not null;

    public void Dispose() => cache.Detach(this);

    private bool Move()
    {
        if (_current is { } done)
        {
            _current = null;
            _passed = done;
            if (ReferenceEquals(slot.Batch, done))
            {
                slot.HasFailed |= _failed;
                cache.SettleIfDone(slot);
            }
        }

        _failed = false;
        if (slot.Batch is not { } next || HasPassed(next))
            return false;

        _current = next;
        return true;
    }
}
