using System.Diagnostics.CodeAnalysis;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// The messages of one queue that this silo holds: by stream for the pulling agent, by arrival for the broker. Thread-safe: the consumer
/// fills it, the agent takes and settles, the acknowledger reads what is settled.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "What comes too late must not stumble over a disposed semaphore or source; neither holds more than memory.")]
internal sealed partial class Inbox(int maximumBatch, int memory, StreamMetrics metrics, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Unanswered _unanswered = new();
    private readonly Dictionary<string, Delivery> _byId = [];
    private readonly RecentlySettled _recent = new(memory);
    private int _epoch;

    /// <summary>Called whenever something can be acknowledged; not under the lock.</summary>
    public Action? Settled { get; set; }

    /// <summary>The broker does not let its queue be consumed, although there is a connection.</summary>
    public bool IsCut { get; set; }

    /// <summary>How many messages the broker has got no answer for.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _unanswered.Count;
        }
    }

    /// <summary>How long the oldest of them has been here, in seconds.</summary>
    public double OldestSeconds
    {
        get
        {
            lock (_gate)
                return _unanswered.Oldest is { } oldest ? time.GetElapsedTime(oldest.ReceivedAt).TotalSeconds : 0;
        }
    }

    /// <summary>A channel begins. Tags of the one before mean nothing any more.</summary>
    public int Begin()
    {
        lock (_gate)
        {
            _epoch++;
            foreach (var lost in _unanswered.TakeAll())
            {
                // What is being delivered stays known: when it comes again, it is not delivered twice.
                if (lost.State != DeliveryState.Taken)
                    Forget(lost);
                if (lost.State == DeliveryState.Settled)
                    Remember(lost);
            }

            foreach (var lane in _lanes.Values)
                lane.Forget();
            return _epoch;
        }
    }

    /// <summary>Whether a message is news: one that is being delivered, or was, is answered without being delivered once more.</summary>
    public bool IsNew(int epoch, ulong tag, ReceivedMessage message)
    {
        lock (_gate)
        {
            if (epoch != _epoch)
                return false;

            if (message.Id is not { } id)
                return true;

            if (_byId.TryGetValue(id, out var known) && known.Message.IsSameAs(message))
            {
                if (known.Epoch != epoch)
                {
                    metrics.Redelivered("adopted");
                    (known.Epoch, known.Tag) = (epoch, tag);
                    _unanswered.Add(known);
                    return false;
                }

                metrics.Duplicate();
            }
            else if (message.Redelivered && _recent.Contains(message))
            {
                metrics.Redelivered("done");
            }
            else
            {
                if (message.Redelivered)
                    metrics.Redelivered("again");
                return true;
            }

            AddSettled(epoch, tag, message);
        }

        Settled?.Invoke();
        return false;
    }

    /// <summary>A message that can be read waits for its subscribers.</summary>
    public void Add(int epoch, ulong tag, Delivery delivery)
    {
        lock (_gate)
        {
            if (!Track(epoch, tag, delivery))
                return;

            var lane = LaneOf(delivery.Stream);
            lane.Add(delivery);
            MakeReady(lane);
        }
    }

    /// <summary>A message that becomes a dead letter before anybody gets it.</summary>
    /// <returns>False: its channel is gone already.</returns>
    public bool AddDeadLetter(int epoch, ulong tag, Delivery delivery)
    {
        delivery.State = DeliveryState.Taken;
        delivery.IsDeadLetter = true;
        lock (_gate)
            return Track(epoch, tag, delivery);
    }

    /// <summary>A message that was taken becomes a dead letter.</summary>
    public void GiveUp(Delivery delivery)
    {
        lock (_gate)
        {
            delivery.IsDeadLetter = true;
            Forget(delivery);
        }
    }

    /// <summary>They are dealt with, and can be acknowledged.</summary>
    public void Settle(IReadOnlyList<Delivery> deliveries)
    {
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                delivery.State = DeliveryState.Settled;
                if (delivery.Epoch == _epoch)
                    continue;

                // Its channel is gone. Whoever gets it again may be this silo.
                Forget(delivery);
                Remember(delivery);
            }
        }

        Settled?.Invoke();
    }

    /// <summary>What can be acknowledged now.</summary>
    public void TakeSettled(AckRound round)
    {
        lock (_gate)
        {
            round.Clear();
            _unanswered.TakeSettled(round);
            foreach (var delivery in round.Deliveries)
            {
                Forget(delivery);
                // The broker may never see the answer.
                Remember(delivery);
            }
        }
    }

    private bool Track(int epoch, ulong tag, Delivery delivery)
    {
        if (epoch != _epoch)
            return false;

        (delivery.Epoch, delivery.Tag) = (epoch, tag);
        _unanswered.Add(delivery);
        if (delivery is { IsDeadLetter: false, Message.Id: { } id })
            _byId.TryAdd(id, delivery);
        return true;
    }

    private void AddSettled(int epoch, ulong tag, ReceivedMessage message) =>
        _unanswered.Add(new Delivery(message, default, Nothing) { Epoch = epoch, Tag = tag, State = DeliveryState.Settled, ReceivedAt = time.GetTimestamp() });

    private static readonly WireEvents Nothing = new([]);

    private void Forget(Delivery delivery)
    {
        if (delivery.Message.Id is { } id && _byId.TryGetValue(id, out var known) && ReferenceEquals(known, delivery))
            _byId.Remove(id);
    }

    private void Remember(Delivery delivery)
    {
        if (!delivery.IsDeadLetter)
            _recent.Add(delivery.Message);
    }
}
