namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// The messages of one provider that nobody could take: a keyed service by the provider's name, in silos and clients. Thread-safe. While a
/// message is being looked at, it is not there for anybody else who looks at the same time.
/// </summary>
public interface IRabbitMqDeadLetters
{
    /// <summary>How many there are, as the broker says at this moment; those that somebody looks at are not counted.</summary>
    Task<long> Count(CancellationToken cancellationToken = default);

    /// <summary>The oldest ones, without their bodies.</summary>
    /// <param name="skip">How many of the oldest are left out; with <paramref name="limit"/> together at most 10,000.</param>
    /// <param name="limit">How many, at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<RabbitMqDeadLetter>> List(int skip = 0, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>One of them with its body; null: it is not among the oldest 10,000.</summary>
    Task<RabbitMqDeadLetter?> Peek(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends it to its stream once more (to the subscribers of the cluster only, not to other queues that are bound to the exchange), with the
    /// same message id, and removes it. Copies of it (a crash makes some) go with it.
    /// </summary>
    /// <exception cref="RabbitMqPublishException">It could not be sent; it is still a dead letter.</exception>
    Task<RabbitMqDeadLetterOutcome> Replay(string id, CancellationToken cancellationToken = default);

    /// <summary>Removes it, and copies of it, for good.</summary>
    Task<RabbitMqDeadLetterOutcome> Discard(string id, CancellationToken cancellationToken = default);
}

/// <summary>What became of a wish.</summary>
public enum RabbitMqDeadLetterOutcome
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>There is no such dead letter among the oldest 10,000: it was dealt with before, or somebody is looking at it.</summary>
    NotFound,

    /// <summary>Nobody knows which stream it belongs to, so that it cannot be replayed.</summary>
    NoStream,
}

/// <summary>A message that was put aside, and why.</summary>
/// <param name="Id">Names it: its message id or, without one, a hash of its body.</param>
/// <param name="Reason">One sentence.</param>
public sealed record RabbitMqDeadLetter(string Id, string Reason)
{
    /// <summary>Null: it did not say.</summary>
    public StreamId? Stream { get; init; }

    /// <summary>Of its events; null: it did not say.</summary>
    public string? Type { get; init; }

    /// <summary>Of its body.</summary>
    public string? ContentType { get; init; }

    /// <summary>As its publisher gave it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the subscriber threw, or the reader; with its stack, shortened. Null: nothing.</summary>
    public string? Exception { get; init; }

    /// <summary>Which subscription refused it; null: it did not get so far.</summary>
    public string? Subscription { get; init; }

    /// <summary>How often it was offered, the last time.</summary>
    public long Attempts { get; init; }

    /// <summary>Null: the broker put it aside, and did not say.</summary>
    public DateTimeOffset? FirstFailure { get; init; }

    /// <summary>Null as above.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>Where it was published.</summary>
    public string? Exchange { get; init; }

    /// <summary>With which routing key.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>Which queue it was in.</summary>
    public string? Queue { get; init; }

    /// <summary>How often it has been replayed already.</summary>
    public long Replays { get; init; }

    /// <summary>Of its body, in bytes.</summary>
    public int Size { get; init; }

    /// <summary>Only with <see cref="IRabbitMqDeadLetters.Peek"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
