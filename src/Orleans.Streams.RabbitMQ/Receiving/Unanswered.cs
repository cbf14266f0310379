namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>The messages of a channel that are not acknowledged, in the order of their tags. Guarded by the lock of its <see cref="Inbox"/>.</summary>
internal sealed class Unanswered
{
    private readonly LinkedList<Delivery> _deliveries = new();

    public int Count => _deliveries.Count;

    public Delivery? Oldest => _deliveries.First?.Value;

    public void Add(Delivery delivery) => _deliveries.AddLast(delivery);

    /// <summary>
    /// All that are settled: those before the first unsettled one with a single answer, the others one by one. If they waited for it, a stream
    /// whose consumer fails would use up the prefetch of its neighbours.
    /// </summary>
    public void TakeSettled(AckRound round)
    {
        var isPrefix = true;
        for (var node = _deliveries.First; node is not null;)
        {
            var (delivery, next) = (node.Value, node.Next);
            if (delivery.State == DeliveryState.Settled)
            {
                _deliveries.Remove(node);
                round.Add(delivery, isPrefix);
            }
            else
            {
                isPrefix = false;
            }

            node = next;
        }
    }

    public List<Delivery> TakeAll()
    {
        List<Delivery> all = [.. _deliveries];
        _deliveries.Clear();
        return all;
    }
}

/// <summary>What is acknowledged at once. Used by one acknowledger again and again.</summary>
internal sealed class AckRound
{
    private readonly List<ulong> _alone = [];

    public List<Delivery> Deliveries { get; } = [];

    /// <summary>All tags up to this one; zero: none.</summary>
    public ulong UpTo { get; private set; }

    /// <summary>Tags beyond it.</summary>
    public IReadOnlyList<ulong> Alone => _alone;

    public void Add(Delivery delivery, bool isPrefix)
    {
        Deliveries.Add(delivery);
        if (isPrefix)
            UpTo = delivery.Tag;
        else
            _alone.Add(delivery.Tag);
    }

    public void Clear()
    {
        Deliveries.Clear();
        _alone.Clear();
        UpTo = 0;
    }
}
