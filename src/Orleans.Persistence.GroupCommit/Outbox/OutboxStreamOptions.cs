using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit;

/// <summary>How events travel from the outbox to the grains that subscribed. Validated when the silo starts.</summary>
public sealed class OutboxStreamOptions
{
    /// <summary>
    /// How many readers share the streams (a stream always belongs to one). Default 4. More help only when consumers are so many that one
    /// reader's scheduling is the limit; it may be changed at any restart.
    /// </summary>
    public int QueueCount { get; set; } = 4;

    /// <summary>How many events of one stream go to its consumer in one call. Default 256. Larger: fewer calls, more repeated when one event fails.</summary>
    public int MaximumBatch { get; set; } = 256;

    /// <summary>
    /// How many undelivered events a reader keeps in memory. Default 8,192. What exceeds it stays in the table and is read again when there
    /// is room: slower, never lost. Streams that have next to nothing in memory may exceed it, together by as much again.
    /// </summary>
    public int QueueLimit { get; set; } = 8_192;

    /// <summary>
    /// How many of them may belong to one stream. Default 2,048. Keeps a stream whose consumer fails from taking the room of its neighbours.
    /// </summary>
    public int StreamLimit { get; set; } = 2_048;

    /// <summary>
    /// How long a consumer that throws is called again (after 0.1 s, doubling to 5 s) before its event is put aside. Default 1 min. Meanwhile
    /// its stream waits; other streams do not. Too short: events are put aside because of a passing fault.
    /// </summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = StreamPullingAgentOptions.DEFAULT_MAX_EVENT_DELIVERY_TIME;

    /// <summary>
    /// Which exceptions of subscribers blame no event, but something that they need and that is away: a database, say. Events that fail so are delivered again and
    /// again, however long it takes, and are not put aside. Null (default): none, though nothing is put aside while the outbox's own database is unavailable.
    /// Danger: a subscriber that always fails so holds up its streams for ever, and up to <see cref="StreamLimit"/> events of each stay in memory. Must be quick and not throw.
    /// </summary>
    public Func<Exception, bool>? IsOutage { get; set; }

    /// <summary>
    /// Which of the events that are appended to a log (<see cref="Outgoing.Append(string, string, long, object, string, Orleans.Runtime.StreamId)"/>) any grain
    /// subscribes to: the others are logged, and that is all. Null (default): all of them are delivered. Must be quick and not throw.
    /// </summary>
    public Func<object, bool>? IsWanted { get; set; }

    /// <summary>
    /// How long the database is not told what was delivered, so that much is told at once. Default 100 ms. Longer: fewer writes; more events come a
    /// second time after a crash.
    /// </summary>
    public TimeSpan SettlingDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Where subscriptions come from. Only <see cref="StreamPubSubType.ImplicitOnly"/>, the attributes of grain classes, is supported: a consumer
    /// that subscribes anew in the middle of a failing delivery would make it look delivered.
    /// </summary>
    public StreamPubSubType PubSubType { get; set; } = StreamPubSubType.ImplicitOnly;

    internal OutboxLimits Limits => new(QueueLimit, StreamLimit, MaximumBatch);
}

internal sealed class OutboxStreamOptionsValidator(string name, OutboxStreamOptions options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        Require(options.QueueCount is >= 1 and <= 1_024, nameof(options.QueueCount), "must be between 1 and 1,024");
        Require(options.MaximumBatch >= 1, nameof(options.MaximumBatch), "must be at least 1");
        Require(options.StreamLimit >= 1, nameof(options.StreamLimit), "must be at least 1");
        Require(options.QueueLimit >= options.StreamLimit, nameof(options.QueueLimit), "must not be smaller than StreamLimit");
        Require(options.PubSubType == StreamPubSubType.ImplicitOnly, nameof(options.PubSubType), "must be ImplicitOnly; explicit subscriptions could lose events");
        Require(
            options.MaxEventDeliveryTime > TimeSpan.Zero && options.MaxEventDeliveryTime.TotalDays <= 1, nameof(options.MaxEventDeliveryTime), "must be more than zero and at most a day");
        Require(
            options.SettlingDelay >= TimeSpan.Zero && options.SettlingDelay.TotalDays <= 1, nameof(options.SettlingDelay), "must be from zero to a day");
    }

    private void Require(bool condition, string option, string rule)
    {
        if (!condition)
            throw new OrleansConfigurationException($"Outbox stream provider '{name}': {option} {rule}.");
    }
}
