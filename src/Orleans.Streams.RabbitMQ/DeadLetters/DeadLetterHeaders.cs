namespace Orleans.Streams.RabbitMQ.DeadLetters;

/// <summary>What is written on a dead letter, beside what its message said.</summary>
internal static class DeadLetterHeaders
{
    public const string Reason = "orleans-dead-letter-reason";
    public const string Exception = "orleans-dead-letter-exception";
    public const string Subscription = "orleans-dead-letter-subscription";
    public const string Attempts = "orleans-dead-letter-attempts";
    public const string FirstFailure = "orleans-dead-letter-first-failure";
    public const string LastFailure = "orleans-dead-letter-last-failure";
    public const string Exchange = "orleans-dead-letter-exchange";
    public const string RoutingKey = "orleans-dead-letter-routing-key";
    public const string Queue = "orleans-dead-letter-queue";

    /// <summary>How often the message has been replayed.</summary>
    public const string Replays = "orleans-replays";

    private const string Prefix = "orleans-dead-letter-";

    /// <summary>Written when a message becomes a dead letter, taken off when it is replayed.</summary>
    public static bool IsOwn(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);
}
