using Orleans.Providers.Streams.Common;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// Messages of one stream on their way to its subscribers, in their order. Immutable for them: within a silo all get the same objects.
/// </summary>
[GenerateSerializer, Immutable, Alias("Orleans.Streams.RabbitMQ.Batch")]
internal sealed class RabbitMqBatch(StreamId streamId, long sequence, IReadOnlyList<object> events, Dictionary<string, object>? requestContext) : IBatchContainer
{
    [NonSerialized]
    private readonly StreamMetrics? _metrics;

    public RabbitMqBatch(StreamLane lane, long sequence, List<Delivery> deliveries, StreamMetrics metrics)
        : this(lane.Id, sequence, EventsOf(deliveries), ContextOf(deliveries[0]))
    {
        (Lane, Deliveries, _metrics) = (lane, deliveries, metrics);
    }

    [Id(0)]
    public StreamId StreamId { get; } = streamId;

    /// <summary>Grows with every batch of a queue, as the pulling agent requires; has no meaning beyond the life of its receiver.</summary>
    [Id(1)]
    public long Sequence { get; } = sequence;

    [Id(2)]
    public IReadOnlyList<object> Events { get; } = events;

    [Id(3)]
    public Dictionary<string, object>? RequestContext { get; } = requestContext;

    /// <summary>Only in the silo that reads the queue; so are the next two.</summary>
    [field: NonSerialized]
    public StreamLane? Lane { get; }

    [field: NonSerialized]
    public List<Delivery> Deliveries { get; } = [];

    /// <summary>What subscribers have thrown that have not taken it since. Used on the agent's scheduler only.</summary>
    [field: NonSerialized]
    public Dictionary<string, DeliveryFailure> Failures { get; } = [];

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Sequence);

    /// <summary>Events of another type are for other subscribers of the stream: usual in Orleans, but worth counting.</summary>
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

    public bool ImportRequestContext()
    {
        if (RequestContext is null)
            return false;

        RequestContextExtensions.Import(RequestContext);
        return true;
    }

    public override string ToString() => $"{StreamId}#{Sequence} ({Events.Count} events)";

    private static IReadOnlyList<object> EventsOf(List<Delivery> deliveries) =>
        deliveries.Count == 1 ? deliveries[0].Content.Events : [.. deliveries.SelectMany(delivery => delivery.Content.Events)];

    private static Dictionary<string, object>? ContextOf(Delivery first) =>
        first.Content.RequestContext is { } context ? new Dictionary<string, object>(context) : null;
}

/// <summary>What a subscriber has thrown, the last time.</summary>
internal sealed record DeliveryFailure(Exception Exception, string Subscription, int Attempts, DateTimeOffset FirstAt, DateTimeOffset LastAt);
