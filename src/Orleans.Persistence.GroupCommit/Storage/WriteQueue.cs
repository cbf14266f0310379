namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>A write on its way, and the answer to whoever waits for it. Continuations never run on the writer's thread.</summary>
internal sealed class PendingWrite(WriteRequest request) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public WriteRequest Request { get; } = request;

    /// <summary>Ends the waiting for room.</summary>
    internal ITimer? Patience { get; set; }
}

/// <summary>
/// The bounded queue before the writer. Many add; one takes, as many as wait, under one lock: no timer, no lingering. When it is full,
/// writes stand outside in order and move in as room appears.
/// </summary>
internal sealed class WriteQueue(int capacity, TimeSpan patience, TimeProvider time)
{
    private const int Offers = 4;

    private readonly object _gate = new();
    private readonly Queue<PendingWrite> _inside = new();
    private readonly LinkedList<PendingWrite> _outside = [];
    private bool _writerWaits;
    private int _lastTaken; // The writer's own.
    private bool _closed;

    /// <summary>How many wait, inside and outside.</summary>
    public int Depth
    {
        get
        {
            lock (_gate)
                return _inside.Count + _outside.Count;
        }
    }

    /// <summary>No more writes are taken in.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _closed;
        }
    }

    public Task<bool> Add(WriteRequest request)
    {
        var write = new PendingWrite(request);
        lock (_gate)
        {
            if (_closed)
            {
                write.SetException(new DurableStateLostException("The silo is stopping: its database takes no more writes. Nothing was stored."));
            }
            else if (_inside.Count < capacity && _outside.Count == 0)
            {
                _inside.Enqueue(write);
                if (_writerWaits)
                    Monitor.Pulse(_gate);
            }
            else
            {
                var place = _outside.AddLast(write);
                write.Patience = time.CreateTimer(_ => GiveUp(place), null, patience, Timeout.InfiniteTimeSpan);
            }
        }

        return write.Task;
    }

    /// <summary>
    /// Takes what waits, waiting until something does, or for <paramref name="limit"/>. False: the queue is closed and empty.
    /// </summary>
    public bool Take(List<PendingWrite> into, int maximum, TimeSpan limit)
    {
        LetOthersAdd();
        lock (_gate)
        {
            if (_inside.Count == 0 && !_closed)
            {
                _writerWaits = true;
                Monitor.Wait(_gate, limit);
                _writerWaits = false;
            }

            while (into.Count < maximum && _inside.TryDequeue(out var write))
            {
                into.Add(write);
                LetIn();
            }

            _lastTaken = into.Count;
            return into.Count > 0 || !_closed;
        }
    }

    /// <summary>No more writes; what waits is still taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Whoever was answered just now is about to write again. Taken at once, the first of them would have a transaction of their own; so the writer
    /// offers its processor a few times, while more keep coming and last time there were more. No time passes when nobody wants it.
    /// </summary>
    private void LetOthersAdd()
    {
        var before = -1;
        for (var offer = 0; offer < Offers && Depth is var depth && depth < _lastTaken && depth != before; offer++)
        {
            before = offer == 0 ? -1 : depth;
            Thread.Yield();
        }
    }

    private void LetIn()
    {
        if (_outside.First is not { } place)
            return;

        _outside.RemoveFirst();
        place.Value.Patience?.Dispose();
        _inside.Enqueue(place.Value);
    }

    private void GiveUp(LinkedListNode<PendingWrite> place)
    {
        lock (_gate)
        {
            if (place.List is null)
                return;

            _outside.Remove(place);
        }

        place.Value.Patience?.Dispose();
        place.Value.SetException(new GroupCommitQueueFullException(
            $"The database does not keep up: {capacity} writes have been waiting for {patience.TotalSeconds:0.#} s. Nothing of this write was stored."));
    }
}
