namespace Orleans.Streams.RabbitMQ;

public sealed partial class RabbitMqStreamOptions
{
    /// <summary>
    /// What the names of exchanges and queues begin with. Default: <c>{ServiceId}.{provider}</c>. At most 200 bytes. Whoever has the same
    /// name shares the streams; renaming leaves the old queues, and what is in them, behind.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// How many queues share the streams (a stream always belongs to one). Default 8. A queue is read by one silo, so it is also how many
    /// silos can take part. Fixed while messages wait: with another number streams move to other queues. What an old, superfluous queue
    /// holds is not read any more.
    /// </summary>
    public int QueueCount { get; set; } = 8;

    /// <summary>Default <see cref="RabbitMqQueueType.Quorum"/>: replicated over the nodes of the broker. Existing queues cannot be changed.</summary>
    public RabbitMqQueueType QueueType { get; set; } = RabbitMqQueueType.Quorum;

    /// <summary>How many nodes of the broker keep a quorum queue. Null (default): the broker's own choice.</summary>
    public int? InitialGroupSize { get; set; }

    /// <summary>
    /// Default <see cref="RabbitMqExchangeType.Direct"/>: the routing key is the queue's number. <see cref="RabbitMqExchangeType.Topic"/>:
    /// <c>namespace.type.number</c>, so that others can bind queues of their own to kinds of events.
    /// </summary>
    public RabbitMqExchangeType ExchangeType { get; set; } = RabbitMqExchangeType.Direct;

    /// <summary>
    /// With a topic exchange: the only events that the queues of the silos get. Empty (default): all. What is published beside them reaches
    /// whoever has bound a queue of his own, and is gone when nobody has. All silos and clients of a provider agree on it.
    /// </summary>
    public IList<RabbitMqSubscription> Subscriptions { get; } = [];

    /// <summary>
    /// With a topic exchange: what earlier releases had among their <see cref="Subscriptions"/> and this one has not. Empty (default): nothing. Their
    /// bindings stay on the broker, and such events come, until <see cref="IRabbitMqBindings.RemoveFormer"/> is called: silos of the release before may
    /// still count on them. None may be among <see cref="Subscriptions"/>, too.
    /// </summary>
    public IList<RabbitMqSubscription> FormerSubscriptions { get; } = [];

    /// <summary>
    /// How often a message may come back unanswered (its silo died) before the broker makes it a dead letter. Default 100. RabbitMQ (seen on
    /// 3.10 and 4.0) counts closed channels too, so that a small number makes healthy messages dead letters when silos restart.
    /// </summary>
    public int DeliveryLimit { get; set; } = 100;

    /// <summary>How long a message may wait for a silo before it becomes a dead letter; whole milliseconds. Null (default): for ever.</summary>
    public TimeSpan? MessageTimeToLive { get; set; }

    /// <summary>How many messages one queue takes before a publish is refused. Null (default): no limit.</summary>
    public long? MaxLength { get; set; }

    /// <summary>How many bytes of bodies one queue takes before a publish is refused. Null (default): no limit.</summary>
    public long? MaxLengthBytes { get; set; }

    /// <summary>How long a dead letter is kept; then it is lost. Default 30 days. Null: for ever.</summary>
    public TimeSpan? DeadLetterTimeToLive { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How many dead letters are kept. Default 1,000,000; null: no limit. When it is full, messages that should become dead letters stay
    /// where they are, unanswered, and are tried again.
    /// </summary>
    public long? DeadLetterMaxLength { get; set; } = 1_000_000;

    /// <summary>
    /// Whether exchanges, queues and bindings are declared by this process. Default true. False: they are there already, declared as the
    /// README says, and this user may not configure.
    /// </summary>
    public bool DeclareTopology { get; set; } = true;
}

/// <summary>How the broker keeps a queue.</summary>
public enum RabbitMqQueueType
{
    /// <summary>Replicated over the nodes of the broker, on disk. For everything that must not be lost.</summary>
    Quorum,

    /// <summary>On one node, on disk. When that node is gone, so is the queue.</summary>
    Classic,
}

/// <summary>How messages find their queues.</summary>
public enum RabbitMqExchangeType
{
    /// <summary>By the number of the queue.</summary>
    Direct,

    /// <summary>By <c>namespace.type.number</c>: others can choose what they want to see.</summary>
    Topic,
}

/// <summary>Events that the silos' queues are to get.</summary>
/// <param name="StreamNamespace">Of their streams; without <c>*</c> and <c>#</c>.</param>
/// <param name="Type">As <see cref="WireMessage.Type"/> names it; null: all types.</param>
public sealed record RabbitMqSubscription(string StreamNamespace, string? Type = null);
