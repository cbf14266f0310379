using Orleans.Persistence.GroupCommit.Outbox;

namespace Orleans.Persistence.GroupCommit;

/// <summary>How events travel from the outbox to a stream provider. Validated when the silo starts.</summary>
public sealed class OutboxRelayOptions
{
    /// <summary>How many events of one stream are published in one call. Default 256. Larger: fewer calls, more repeated when one fails.</summary>
    public int MaximumBatch { get; set; } = 256;

    /// <summary>How many streams are published to at once. Default 64. Each has one call under way; more help when the provider's answer takes long.</summary>
    public int MaximumConcurrency { get; set; } = 64;

    /// <summary>
    /// How many unpublished events are kept in memory. Default 8,192. What exceeds it, while the provider is unavailable, stays in the
    /// table and is read again when there is room: slower, never lost. Streams that have next to nothing in memory may exceed it, together by
    /// as much again.
    /// </summary>
    public int MemoryLimit { get; set; } = 8_192;

    /// <summary>How many of them may belong to one stream. Default 2,048. Keeps a stream that fails from taking the room of its neighbours.</summary>
    public int StreamLimit { get; set; } = 2_048;

    /// <summary>
    /// How long an event may wait for others of its stream, so that they are published in one call. Default zero: none waits. Longer: fewer
    /// calls and fewer messages, later for whoever reads them. A stream that has <see cref="MaximumBatch"/> events does not wait, nor does
    /// what is read from the table.
    /// </summary>
    public TimeSpan PublishDelay { get; set; }

    /// <summary>
    /// Which events do not wait for <see cref="PublishDelay"/>, because somebody waits for them. One that is the first of its entity in a
    /// log goes by itself, before what waits in its stream: the order of each entity's events is kept, not that between entities. Any other
    /// takes with it what waits. Null (default): none. Must be quick and not throw.
    /// </summary>
    public Func<object, bool>? IsUrgent { get; set; }

    /// <summary>
    /// How long the database is not told what was published, so that much is told at once. Default 100 ms. Longer: fewer writes; more events are
    /// published a second time after a crash.
    /// </summary>
    public TimeSpan SettlingDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a silo that stops goes on publishing what is in memory, and then waits for the calls that are under way. Default 5 s. Should they not end in time, their
    /// events are published a second time, by another silo or after the next start.
    /// </summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal OutboxLimits Limits => new(MemoryLimit, StreamLimit, MaximumBatch);
}

internal sealed class OutboxRelayOptionsValidator(string name, OutboxRelayOptions options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        Require(options.MaximumBatch >= 1, nameof(options.MaximumBatch), "must be at least 1");
        Require(options.MaximumConcurrency is >= 1 and <= 65_536, nameof(options.MaximumConcurrency), "must be between 1 and 65,536");
        Require(options.StreamLimit >= 1, nameof(options.StreamLimit), "must be at least 1");
        Require(options.MemoryLimit >= options.StreamLimit, nameof(options.MemoryLimit), "must not be smaller than StreamLimit");
        Require(options.PublishDelay >= TimeSpan.Zero && options.PublishDelay.TotalMinutes <= 1, nameof(options.PublishDelay), "must be from zero to a minute");
        Require(
            options.SettlingDelay >= TimeSpan.Zero && options.SettlingDelay.TotalDays <= 1, nameof(options.SettlingDelay), "must be from zero to a day");
        Require(options.StopTimeout >= TimeSpan.Zero && options.StopTimeout.TotalDays <= 1, nameof(options.StopTimeout), "must be from zero to a day");
    }

    private void Require(bool condition, string option, string rule)
    {
        if (!condition)
            throw new OrleansConfigurationException($"Outbox relay '{name}': {option} {rule}.");
    }
}
