namespace Orleans.Streams.RabbitMQ.Topology;

/// <summary>What queues are declared with. Pure: a change here is a change that existing brokers refuse (406).</summary>
internal static class QueueArguments
{
    /// <summary>
    /// A dead letter that is only looked at counts as one more failed delivery; without a limit of its own, a broker of version 4 drops it
    /// after twenty looks.
    /// </summary>
    private const int EndlessDeliveries = 1_000_000_000;

    /// <summary>How many messages wait for somebody who listens.</summary>
    public const long ListenerLength = 50_000;

    private static readonly TimeSpan ListenerAbsence = TimeSpan.FromHours(1);

    public static Dictionary<string, object?> OfPartition(RabbitMqStreamOptions options, Names names)
    {
        var arguments = OfType(options);
        // Two silos overlap for a moment when a queue changes hands; only one of them is to get messages, and the next only after it.
        arguments["x-single-active-consumer"] = true;
        arguments["x-dead-letter-exchange"] = names.DeadLetterExchange;
        arguments["x-overflow"] = "reject-publish";
        if (options.QueueType == RabbitMqQueueType.Quorum)
        {
            arguments["x-delivery-limit"] = options.DeliveryLimit;
            arguments["x-dead-letter-strategy"] = "at-least-once";
        }

        AddLimits(arguments, options.MessageTimeToLive, options.MaxLength, options.MaxLengthBytes);
        return arguments;
    }

    public static Dictionary<string, object?> OfDeadLetters(RabbitMqStreamOptions options)
    {
        var arguments = OfType(options);
        arguments["x-overflow"] = "reject-publish";
        if (options.QueueType == RabbitMqQueueType.Quorum)
            arguments["x-delivery-limit"] = EndlessDeliveries;
        AddLimits(arguments, options.DeadLetterTimeToLive, options.DeadLetterMaxLength, bytes: null);
        return arguments;
    }

    /// <summary>
    /// Nobody else's messages may wait for whoever listens: when the queue is full its oldest go, and the queue itself goes when nobody listens any more.
    /// </summary>
    public static Dictionary<string, object?> OfListener(RabbitMqStreamOptions options)
    {
        var arguments = OfType(options);
        arguments["x-single-active-consumer"] = true;
        arguments["x-overflow"] = "drop-head";
        arguments["x-max-length"] = ListenerLength;
        arguments["x-expires"] = (long)ListenerAbsence.TotalMilliseconds;
        return arguments;
    }

    private static Dictionary<string, object?> OfType(RabbitMqStreamOptions options)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = options.QueueType == RabbitMqQueueType.Quorum ? "quorum" : "classic",
        };
        if (options is { QueueType: RabbitMqQueueType.Quorum, InitialGroupSize: { } size })
            arguments["x-quorum-initial-group-size"] = size;
        return arguments;
    }

    private static void AddLimits(Dictionary<string, object?> arguments, TimeSpan? timeToLive, long? length, long? bytes)
    {
        if (timeToLive is { } time)
            arguments["x-message-ttl"] = (long)time.TotalMilliseconds;
        if (length is { } messages)
            arguments["x-max-length"] = messages;
        if (bytes is { } size)
            arguments["x-max-length-bytes"] = size;
    }
}
