namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>The pulling agent's side: what waits, stream by stream.</summary>
internal sealed partial class Inbox
{
    private const int LanesKept = 4_096;

    private readonly SemaphoreSlim _arrived = new(0, 1);
    private readonly Dictionary<StreamId, StreamLane> _lanes = [];
    private readonly Queue<StreamLane> _ready = new();
    private int _lanesBeforeSweep = LanesKept;
    private long _sequence;

    /// <summary>What is ready for the agent; a stream comes again only after its batch is settled.</summary>
    public List<IBatchContainer> Take(int limit)
    {
        var batches = new List<IBatchContainer>();
        lock (_gate)
        {
            while (batches.Count < limit && _ready.TryDequeue(out var lane))
            {
                lane.IsReady = false;
                var deliveries = lane.Take(maximumBatch);
                if (deliveries.Count == 0)
                    continue;

                lane.IsOut = true;
                foreach (var delivery in deliveries)
                    delivery.State = DeliveryState.Taken;
                batches.Add(new RabbitMqBatch(lane, ++_sequence, deliveries, metrics));
            }
        }

        return batches;
    }

    /// <summary>True when something is ready (or was), false when the time is over; throws when cancelled.</summary>
    public Task<bool> WaitForMessages(TimeSpan limit, CancellationToken cancellationToken) => _arrived.WaitAsync(limit, cancellationToken);

    /// <summary>The stream goes on with what is next.</summary>
    public void Release(StreamLane lane)
    {
        lock (_gate)
        {
            lane.IsOut = false;
            MakeReady(lane);
        }
    }

    /// <summary>They come again, before all others of their stream; those of a lost channel come from the broker.</summary>
    public void TakeBack(StreamLane lane, IEnumerable<Delivery> deliveries, bool alone)
    {
        lock (_gate)
        {
            var held = new List<Delivery>();
            foreach (var delivery in deliveries)
            {
                delivery.State = DeliveryState.Waiting;
                if (delivery.Epoch == _epoch)
                    held.Add(delivery);
                else
                    Forget(delivery);
            }

            lane.TakeBack(held, alone);
            lane.IsOut = false;
            MakeReady(lane);
        }
    }

    private void MakeReady(StreamLane lane)
    {
        if (lane.IsReady || lane.IsOut || !lane.HasWaiting)
            return;

        lane.IsReady = true;
        _ready.Enqueue(lane);
        if (_arrived.CurrentCount == 0)
            _arrived.Release();
    }

    private StreamLane LaneOf(StreamId stream)
    {
        if (_lanes.TryGetValue(stream, out var lane))
            return lane;

        if (_lanes.Count >= _lanesBeforeSweep)
        {
            foreach (var (id, idle) in _lanes)
            {
                if (idle is { IsOut: false, IsReady: false, HasWaiting: false })
                    _lanes.Remove(id);
            }

            _lanesBeforeSweep = Math.Max(LanesKept, 2 * _lanes.Count);
        }

        return _lanes[stream] = new StreamLane(stream);
    }
}
