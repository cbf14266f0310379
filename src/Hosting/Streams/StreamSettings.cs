using Orleans.Streams.RabbitMQ;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Streams;

/// <summary>
/// How the broker keeps the shop's events: what its queues are declared with, and whether its messages are signed. A broker refuses to
/// declare a queue again with other arguments, so they are chosen before the first start; docs/settings.md says how to change them later.
/// </summary>
public sealed record StreamSettings
{
    private static readonly RabbitMqStreamOptions Defaults = new();

    /// <summary>The broker counts in 32 bits of milliseconds.</summary>
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(49);

    /// <summary>How many queues share the events; a queue is read by one silo at a time.</summary>
    public int Partitions { get; init; } = Defaults.QueueCount;

    /// <summary>How many nodes of the broker keep each queue; null: the broker's choice.</summary>
    public int? QueueReplicas { get; init; } = Defaults.InitialGroupSize;

    /// <summary>How often the broker delivers a message that comes back unanswered before it becomes a dead letter.</summary>
    public int DeliveryLimit { get; init; } = Defaults.DeliveryLimit;

    /// <summary>How long a message waits for a silo before it becomes a dead letter; null: for ever.</summary>
    public TimeSpan? MessageTimeToLive { get; init; } = Defaults.MessageTimeToLive;

    /// <summary>How many messages a queue takes; null: no limit. What is refused stays in the outbox.</summary>
    public long? MaxLength { get; init; } = Defaults.MaxLength;

    /// <summary>How many bytes of bodies a queue takes; null: no limit.</summary>
    public long? MaxLengthBytes { get; init; } = Defaults.MaxLengthBytes;

    /// <summary>How long a dead letter is kept.</summary>
    public TimeSpan? DeadLetterTimeToLive { get; init; } = Defaults.DeadLetterTimeToLive;

    /// <summary>How many dead letters are kept.</summary>
    public long? DeadLetterMaxLength { get; init; } = Defaults.DeadLetterMaxLength;

    /// <summary>
    /// Whether messages prove by a digest that the shop has published them; without it, whoever may publish to the exchange is believed.
    /// </summary>
    public bool Authentication { get; init; } = true;

    internal static StreamSettings Read(SettingsReader reader)
    {
        var usual = new StreamSettings();
        return new StreamSettings
        {
            Partitions = (int?)reader.Count("Shop:Streams:Partitions", from: 1, to: 1_024) ?? usual.Partitions,
            QueueReplicas = (int?)reader.Count("Shop:Streams:QueueReplicas", from: 1, to: 99) ?? usual.QueueReplicas,
            // Fewer, and restarts make dead letters of healthy messages.
            DeliveryLimit = (int?)reader.Count("Shop:Streams:DeliveryLimit", from: 20, to: int.MaxValue) ?? usual.DeliveryLimit,
            MessageTimeToLive = reader.TimeToLive("Shop:Streams:MessageTimeToLive", LongestTimeToLive) ?? usual.MessageTimeToLive,
            MaxLength = reader.Count("Shop:Streams:MaxLength", from: 1, to: long.MaxValue) ?? usual.MaxLength,
            MaxLengthBytes = reader.Count("Shop:Streams:MaxLengthBytes", from: 1, to: long.MaxValue) ?? usual.MaxLengthBytes,
            DeadLetterTimeToLive = reader.TimeToLive("Shop:Streams:DeadLetterTimeToLive", LongestTimeToLive) ?? usual.DeadLetterTimeToLive,
            Authentication = reader.Flag("Shop:Streams:Authentication", usual.Authentication),
            DeadLetterMaxLength = reader.Count("Shop:Streams:DeadLetterMaxLength", from: 1, to: long.MaxValue) ?? usual.DeadLetterMaxLength,
        };
    }

    internal void ApplyTo(RabbitMqStreamOptions options)
    {
        options.QueueCount = Partitions;
        options.InitialGroupSize = QueueReplicas;
        options.DeliveryLimit = DeliveryLimit;
        options.MessageTimeToLive = MessageTimeToLive;
        (options.MaxLength, options.MaxLengthBytes) = (MaxLength, MaxLengthBytes);
        (options.DeadLetterTimeToLive, options.DeadLetterMaxLength) = (DeadLetterTimeToLive, DeadLetterMaxLength);
    }
}
