using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// The undelivered rows of one provider: by queue, by stream, in the order of their ids, which is the order of the commits, but for what is
/// urgent. Bounded; what does not fit is read from the table later. Thread-safe: the writer hands rows over, what delivers takes them, one
/// task reads the table.
/// </summary>
internal sealed partial class OutboxBuffer : IDisposable
{
    private const int StreamsKept = 4_096;

    private readonly Lock _gate = new();
    private readonly string _provider;
    private readonly OutboxLimits _limits;
    private readonly IStreamQueueMapper _mapper;
    private readonly Dictionary<QueueId, QueueBuffer> _queues;
    private readonly Dictionary<StreamId, StreamBuffer> _streams = [];
    private int _streamsBeforeSweep = StreamsKept;
    private long _lastHandedOver;

    public OutboxBuffer(string provider, OutboxLimits limits, IStreamQueueMapper mapper)
    {
        _provider = provider;
        _limits = limits;
        _mapper = mapper;
        _queues = mapper.GetAllQueues().ToDictionary(id => id, id => new QueueBuffer(id));
    }

    public QueueBuffer this[QueueId id] => _queues[id];

    /// <summary>What was committed, in order; rows of other providers are passed over. Quick: called by the writer.</summary>
    public void HandOver(IReadOnlyList<OutboxRow> rows)
    {
        lock (_gate)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                var row = rows[i];
                // Of whoever it is: up to here, nothing of this provider is unknown.
                _newest = row.Id;
                if (row.Provider != _provider)
                    continue;

                _lastHandedOver = row.Id;
                var stream = StreamOf(row, IdOf(row));
                if (row.Id <= stream.Accepted)
                    continue; // A page of the table has brought it already.

                if (!_recovering && !stream.IsBehind && HasRoom(stream))
                {
                    Accept(stream, row);
                    continue;
                }

                // It has had everything until now: the table is to be read from here on, not from where it stood long ago.
                if (!_recovering && !stream.IsBehind)
                    stream.Cover(row.Id - 1);

                Miss(stream, row);
            }
        }
    }

    /// <summary>The next batches of a queue; each stream's before is settled.</summary>
    public List<Delivery> Take(QueueBuffer queue, int limit)
    {
        var taken = new List<Delivery>();
        lock (_gate)
        {
            while (taken.Count < limit && queue.Ready.TryDequeue(out var stream))
            {
                stream.IsReady = false;
                taken.Add(stream.Take(_limits.Batch));
                if (stream.Waiting == 0)
                    _patient.Remove(stream);
            }
        }

        return taken;
    }

    /// <summary>Some of the rows will not be delivered.</summary>
    /// <returns>What is out now; null when nothing is left.</returns>
    public Delivery? Narrow(Delivery delivery, IReadOnlyList<OutboxRow> rest)
    {
        lock (_gate)
        {
            var stream = delivery.Stream;
            stream.Queue.Rows -= delivery.Rows.Count - rest.Count;
            stream.Out = rest.Count > 0 ? delivery with { Rows = rest } : null;
            MakeReady(stream);
            WakeReader();
            return stream.Out;
        }
    }

    /// <summary>The rows are dealt with; the stream goes on.</summary>
    public void Settle(Delivery delivery)
    {
        lock (_gate)
        {
            var stream = delivery.Stream;
            if (!ReferenceEquals(stream.Out, delivery))
                return; // Was taken back: its reader stopped.

            stream.Out = null;
            stream.Queue.Rows -= delivery.Rows.Count;
            MakeReady(stream);
            WakeReader();
        }
    }

    /// <summary>The rows come again, before all others of their stream.</summary>
    /// <param name="delivery">What is out.</param>
    /// <param name="alone">One by one.</param>
    public void TakeBack(Delivery delivery, bool alone)
    {
        lock (_gate)
        {
            if (ReferenceEquals(delivery.Stream.Out, delivery))
                TakeBack(delivery.Stream, alone);
        }
    }

    /// <summary>The reader of the queue has stopped: what it did not deliver waits for the next one.</summary>
    public void TakeBackAll(QueueBuffer queue)
    {
        lock (_gate)
        {
            foreach (var stream in _streams.Values)
            {
                if (stream.Queue == queue && stream.Out is { } delivery)
                    TakeBack(stream, delivery.Alone);
            }
        }
    }

    public (int Rows, DateTimeOffset? Oldest) Measure()
    {
        lock (_gate)
            return (_queues.Values.Sum(queue => queue.Rows), _streams.Values.Min(stream => stream.Oldest));
    }

    public void Dispose()
    {
        _company?.Dispose();
        // A timer that has just fired must find nothing: the queues take no more.
        lock (_gate)
            _patient.Clear();

        foreach (var queue in _queues.Values)
            queue.Dispose();

        _readerWanted.Dispose();
    }

    private void TakeBack(StreamBuffer stream, bool alone)
    {
        stream.TakeBack(alone);
        MakeReady(stream);
    }

    private void Accept(StreamBuffer stream, OutboxRow row)
    {
        stream.Accept(row, HasteOf(row));
        stream.Queue.Rows++;
        MakeReady(stream);
    }

    private bool HasRoom(StreamBuffer stream) => stream.Rows < ShareOf(stream.Queue);

    /// <summary>
    /// How much a stream may hold. When failing streams fill the queue, the others still get through: a batch each, and less the more there
    /// are, up to twice the limit.
    /// </summary>
    private long ShareOf(QueueBuffer queue)
    {
        var limit = (long)_limits.Queue;
        if (queue.Rows < limit)
            return _limits.Stream;

        var left = (2 * limit) - queue.Rows;
        return left > 0 ? Math.Clamp(_limits.Batch * left / limit, 1, _limits.Stream) : 0;
    }

    private static StreamId IdOf(OutboxRow row) =>
        row.Stream ?? StreamId.Create(row.StreamNamespace.Length == 0 ? null : row.StreamNamespace, row.StreamKey);

    private StreamBuffer StreamOf(OutboxRow row, StreamId id)
    {
        if (_streams.TryGetValue(id, out var stream))
            return stream;

        if (_streams.Count >= _streamsBeforeSweep)
            ForgetIdleStreams();

        // Nothing of an unknown stream lies before this row: pages up to here had none of it, or it would have been handed over.
        stream = new StreamBuffer(id, _queues[_mapper.GetQueueForStream(id)], _recovering ? _position : row.Id - 1) { IsOpen = _recovering };
        _streams.Add(id, stream);
        return stream;
    }

    /// <summary>
    /// A stream without rows needs no memory, unless a row that a page has brought is still to be handed over: only the stream knows that it
    /// has it already.
    /// </summary>
    private void ForgetIdleStreams()
    {
        foreach (var (key, stream) in _streams)
        {
            if (stream is { Rows: 0, IsBehind: false, IsOpen: false } && stream.Accepted <= _lastHandedOver)
                _streams.Remove(key);
        }

        _streamsBeforeSweep = Math.Max(StreamsKept, 2 * _streams.Count);
    }
}
