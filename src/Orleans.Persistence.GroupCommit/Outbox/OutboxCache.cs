using System.Diagnostics.CodeAnalysis;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// What the pulling agent of one queue is delivering: at most one batch a stream, because the next is made only when it is settled. A slow
/// or failing stream therefore holds back nothing but itself, and a batch is settled at the moment its last subscriber has taken it.
/// Used on the agent's scheduler only.
/// </summary>
/// <remarks>
/// What the agent (10.4) does and this relies on: it moves a cursor on only after the batch under it was taken or, after
/// <see cref="IQueueCacheCursor.RecordDeliveryFailure"/>, given up; never once it is stopping. When it stops, it waits for deliveries to end
/// (10.4.2 does; not every release of Orleans has), then disposes the cursors; a failure reported then may be the stop itself, so it means
/// nothing. An agent that disposed a cursor in the middle of a delivery would make its batch look taken: see
/// <see cref="OutboxCursor.HasTaken"/>, and check this with every new Orleans.
/// </remarks>
internal sealed class OutboxCache(OutboxDispatcher dispatcher) : IQueueCache
{
    private const int BatchesAtOnce = 256;
    private const int SlotsKept = 4_096;

    private readonly Dictionary<StreamId, OutboxSlot> _slots = [];
    private readonly HashSet<OutboxSlot> _unclear = [];
    private int _slotsBeforeSweep = SlotsKept;

    public int GetMaxAddCount() => BatchesAtOnce;

    /// <summary>Memory is bounded by the buffer before it.</summary>
    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var batch in messages.Cast<OutboxBatch>())
        {
            var slot = SlotOf(batch.StreamId);
            slot.Put(batch);
            if (slot.IsAlone)
                _unclear.Add(slot); // Right after this the agent registers the stream, unless it knows that there is no subscriber.
        }
    }

    /// <summary>
    /// The agent calls this before each read, and never once it is stopping: the time to judge batches whose subscribers have gone, or never
    /// were. Nothing is returned, because nothing needs to be acknowledged.
    /// </summary>
    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = null;
        if (_unclear.Count == 0)
            return false;

        foreach (var slot in _unclear)
        {
            if (slot.Batch is not { } batch)
                continue;

            if (!slot.IsAlone)
            {
                // Whoever left did so of its own accord.
                slot.IsUnresolved = false;
                SettleIfDone(slot);
                continue;
            }

            slot.Clear();
            if (slot.IsUnheard)
            {
                dispatcher.Unheard(batch.Delivery!);
                continue;
            }

            // Without a second try, a registration that failed would look like a stream without subscribers.
            slot.IsUnheard = true;
            dispatcher.Repeat(batch.Delivery!);
        }

        _unclear.Clear();
        return false;
    }

    [Obsolete("Required by the interface.")]
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token) => Attach(streamId);

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(Attach(streamId));

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursorAtPosition(StreamId streamId, StreamSubscriptionStartPosition startPosition) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(Attach(streamId));

    /// <summary>A cursor has left the batch under it behind.</summary>
    public void SettleIfDone(OutboxSlot slot)
    {
        if (slot.Batch is not { } batch || !slot.IsPassedByAll)
            return;

        var failed = slot.HasFailed;
        slot.Clear();
        if (failed)
            dispatcher.Failed(batch.Delivery!);
        else
            dispatcher.Delivered(batch.Delivery!);
    }

    /// <summary>A cursor has gone.</summary>
    public void Detach(OutboxCursor cursor)
    {
        var slot = cursor.Slot;
        slot.Cursors.Remove(cursor);
        if (slot.Batch is not { } batch)
            return;

        if (!cursor.HasTaken(batch))
        {
            // It may have been a placeholder, a subscriber that left, or a stop: only the next read tells.
            slot.IsUnresolved = true;
            _unclear.Add(slot);
        }
        else if (!slot.IsUnresolved && !slot.HasFailed && slot.Cursors.TrueForAll(other => other.HasPassed(batch)))
        {
            slot.Clear();
            dispatcher.Delivered(batch.Delivery!);
        }
        else
        {
            _unclear.Add(slot);
        }
    }

    private OutboxCursor Attach(StreamId streamId)
    {
        var slot = SlotOf(streamId);
        var cursor = new OutboxCursor(this, slot);
        slot.Cursors.Add(cursor);
        slot.IsUnheard = false;
        return cursor;
    }

    private OutboxSlot SlotOf(StreamId streamId)
    {
        if (_slots.TryGetValue(streamId, out var slot))
            return slot;

        if (_slots.Count >= _slotsBeforeSweep)
        {
            foreach (var (id, idle) in _slots)
            {
                if (idle.IsAlone && idle.Batch is null)
                    _slots.Remove(id);
            }

            _slotsBeforeSweep = Math.Max(SlotsKept, 2 * _slots.Count);
        }

        return _slots[streamId] = new OutboxSlot();
    }
}
