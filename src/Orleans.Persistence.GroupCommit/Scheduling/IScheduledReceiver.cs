namespace Orleans.Persistence.GroupCommit;

/// <summary>A grain that takes messages armed with <see cref="Outgoing.Schedule"/>.</summary>
[Alias("Orleans.Persistence.GroupCommit.IScheduledReceiver"), GrainInterfaceType("groupcommit.scheduled-receiver")]
public interface IScheduledReceiver : IGrain
{
    /// <summary>
    /// Called when the message is due, at least once, possibly early or late, possibly after a newer one was armed under its name.
    /// Decide by your own state. When this throws, the message comes again after a growing pause.
    /// </summary>
    [Alias("ReceiveScheduled")]
    Task<ScheduledOutcome> ReceiveScheduled(ScheduledMessage message);
}

/// <summary>A message that is due.</summary>
/// <param name="Name">The name it was armed under.</param>
/// <param name="Token">Of this arming; every arming has a new one.</param>
/// <param name="DueAt">When it was to come (UTC).</param>
/// <param name="Attempt">1, then one more after each failure.</param>
[GenerateSerializer, Immutable, Alias("Orleans.Persistence.GroupCommit.ScheduledMessage")]
public sealed record ScheduledMessage(
    [property: Id(0)] string Name,
    [property: Id(1)] long Token,
    [property: Id(2)] DateTimeOffset DueAt,
    [property: Id(3)] int Attempt);

/// <summary>What the receiver says of a scheduled message.</summary>
/// <param name="NotBefore">When it is to come again; null when it is dealt with.</param>
[GenerateSerializer, Immutable, Alias("Orleans.Persistence.GroupCommit.ScheduledOutcome")]
public readonly record struct ScheduledOutcome([property: Id(0)] DateTimeOffset? NotBefore)
{
    /// <summary>Dealt with: the row goes, unless the message was armed again meanwhile.</summary>
    public static readonly ScheduledOutcome Done;

    /// <summary>Too early: come again then, unless the message was armed again meanwhile.</summary>
    public static ScheduledOutcome Again(DateTimeOffset notBefore) => new(notBefore);
}
