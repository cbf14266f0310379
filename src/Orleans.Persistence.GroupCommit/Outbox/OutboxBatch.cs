using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Events of one stream on their way to its consumers, in the order in which they were committed. Immutable, so that within a silo the
/// consumer gets the very objects that were published.
/// </summary>
[GenerateSerializer, Immutable, Alias("Orleans.Persistence.GroupCommit.OutboxBatch")]
internal sealed class OutboxBatch(StreamId streamId, long sequence, IReadOnlyList<object> events) : IBatchContainer
{
    [NonSerialized]
    private readonly OutboxMetrics? _metrics;

    public OutboxBatch(Delivery delivery, long sequence, IReadOnlyList<object> events, OutboxMetrics metrics)
        : this(delivery.Stream.Id, sequence, events)
    {
        Delivery = delivery;
        _metrics = metrics;
    }

    [Id(0)]
    public StreamId StreamId { get; } = streamId;

    /// <summary>Grows with every batch of a queue, as the pulling agent requires; has no meaning beyond the life of the silo.</summary>
    [Id(1)]
    public long Sequence { get; } = sequence;

    [Id(2)]
    public IReadOnlyList<object> Events { get; } = events;

    /// <summary>The rows behind it; only in the silo that reads the outbox.</summary>
    [field: NonSerialized]
    public Delivery? Delivery { get; }

    /// <summary>What subscribers have thrown that have not taken it since. Only there, too; used on the agent's scheduler only.</summary>
    [field: NonSerialized]
    public Dictionary<string, Exception> Failures { get; } = [];

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Sequence);

    /// <summary>Events of another type are for other consumers of the stream: usual in Orleans, but worth counting.</summary>
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        for (var i = 0; i < Events.Count; i++)
        {
            if (Events[i] is T item)
                yield return Tuple.Create<T, StreamSequenceToken>(item, new EventSequenceTokenV2(Sequence, i));
            else
                _metrics?.OtherType();
        }
    }

    /// <summary>The publisher's request context is not stored; what must travel belongs into the event.</summary>
    public bool ImportRequestContext() => false;

    public override string ToString() => $"{StreamId}#{Sequence} ({Events.Count} events)";
}
