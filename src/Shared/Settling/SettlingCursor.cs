namespace Orleans.Streams.Settling;

/// <summary>One subscriber's place in a stream (or the agent's placeholder while it looks for subscribers).</summary>
internal sealed class SettlingCursor<TBatch>(SettlingCache<TBatch> cache, StreamSlot<TBatch> slot) : IQueueCacheCursor
    where TBatch : class, IBatchContainer
{
    private TBatch? _current;
    private TBatch? _passed;
    private bool _failed;

    public StreamSlot<TBatch> Slot => slot;

    public bool HasPassed(TBatch batch) => ReferenceEquals(_passed, batch);

    /// <summary>Passed, or delivered just before the agent stopped. Relies on an agent that lets deliveries end before it disposes a cursor.</summary>
    public bool HasTaken(TBatch batch) => HasPassed(batch) || (ReferenceEquals(_current, batch) && !_failed);

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
