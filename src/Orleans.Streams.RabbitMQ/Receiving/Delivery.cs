namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>A message that the broker has given to this silo. Guarded by the lock of its <see cref="Inbox"/>.</summary>
internal sealed class Delivery(ReceivedMessage message, StreamId stream, WireEvents events)
{
    public ReceivedMessage Message => message;

    public StreamId Stream => stream;

    public WireEvents Content => events;

    /// <summary>Which channel it came on; the tag means nothing on any other.</summary>
    public int Epoch { get; set; }

    public ulong Tag { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>
    /// It goes to the dead letters, from where it may come back under the same id: that copy must be delivered, so this one is not remembered.
    /// </summary>
    public bool IsDeadLetter { get; set; }

    /// <summary>How often it was tried anew, because its subscriber could not be reached.</summary>
    public int Returns { get; set; }

    public long ReceivedAt { get; init; }
}

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryState
{
    /// <summary>It waits for its turn in its stream.</summary>
    Waiting,

    /// <summary>Subscribers, or the dead letters, are getting it.</summary>
    Taken,

    /// <summary>It can be acknowledged.</summary>
    Settled,
}
