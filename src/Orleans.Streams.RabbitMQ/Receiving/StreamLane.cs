namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>What waits of one stream. Guarded by the lock of its <see cref="Inbox"/>.</summary>
internal sealed class StreamLane(StreamId id)
{
    private readonly LinkedList<Delivery> _waiting = new();
    private int _alone;

    public StreamId Id => id;

    /// <summary>The namespace of the stream: for logs and traces.</summary>
    public string Name => id.GetNamespace() ?? "";

    /// <summary>A batch of it is with the pulling agent: the next follows when that is settled.</summary>
    public bool IsOut { get; set; }

    public bool IsReady { get; set; }

    public bool HasWaiting => _waiting.Count > 0;

    public void Add(Delivery delivery) => _waiting.AddLast(delivery);

    /// <summary>The next messages that may go together.</summary>
    public List<Delivery> Take(int limit)
    {
        var taken = new List<Delivery>();
        while (taken.Count < limit && _waiting.First is { Value: var next })
        {
            // A request context belongs to one publish; and what has failed in company is tried alone.
            var travelsAlone = next.Content.RequestContext is not null || _alone > 0;
            if (travelsAlone && taken.Count > 0)
                break;

            _waiting.RemoveFirst();
            taken.Add(next);
            if (travelsAlone)
            {
                _alone = Math.Max(0, _alone - 1);
                break;
            }
        }

        return taken;
    }

    /// <summary>They are next again, in their order.</summary>
    public void TakeBack(List<Delivery> deliveries, bool alone)
    {
        for (var i = deliveries.Count - 1; i >= 0; i--)
            _waiting.AddFirst(deliveries[i]);
        if (alone)
            _alone = deliveries.Count;
    }

    /// <summary>The channel is gone: the broker sends them again.</summary>
    public void Forget()
    {
        _waiting.Clear();
        _alone = 0;
    }
}
