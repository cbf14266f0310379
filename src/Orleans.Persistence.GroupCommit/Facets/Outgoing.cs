using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit;

/// <summary>What leaves a grain together with a commit: events for streams, and calls for later. Not thread-safe; used once: after its commit nothing can be added.</summary>
public sealed class Outgoing
{
    internal List<OutgoingEvent>? Events { get; private set; }

    internal List<ScheduleChange>? Schedules { get; private set; }

    /// <summary>Set by the commit that takes it: a second one would publish everything twice, and what is added later would not belong to it.</summary>
    internal bool Taken { get; set; }

    /// <summary>Whether nothing leaves.</summary>
    public bool IsEmpty => Events is null && Schedules is null;

    /// <summary>
    /// Publishes an event once the commit is durable: at least once, in the order of this grain's commits. It is kept in the
    /// outbox until the stream provider has taken it durably, and is gone then.
    /// </summary>
    /// <param name="provider">The name of a stream provider of this silo.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="item">An immutable event that the Orleans serializer can write.</param>
    public Outgoing Publish(string provider, StreamId stream, object item)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        return Add(new OutgoingEvent(provider, stream, item, null));
    }

    /// <summary>Appends an event to a log with the commit, where it stays: for <see cref="IDurableSnapshot.ReadLog{T}"/>. Nobody is told.</summary>
    /// <param name="log">The log's name, up to 100 characters. Stored with every entry: short is better.</param>
    /// <param name="entity">Whose event it is, up to 512 characters: one that only this grain appends to.</param>
    /// <param name="sequence">Its number among the entity's events. One that is taken fails the commit.</param>
    /// <param name="item">An immutable event that the log's <see cref="IDurableLogFormat"/>, or the Orleans serializer, can write.</param>
    /// <exception cref="ArgumentException">A name is empty, too long, no valid UTF-16, or has a NUL character.</exception>
    public Outgoing Append(string log, string entity, long sequence, object item) =>
        Add(new OutgoingEvent("", default, item, PlaceOf(log, entity, sequence)));

    /// <summary>
    /// The same, and publishes it: as with <see cref="Publish"/>, but nothing is removed when it was delivered. The entry is all there is of it, and the
    /// provider's position in the log goes on.
    /// </summary>
    /// <inheritdoc cref="Append(string, string, long, object)"/>
    /// <param name="log">The log's name, up to 100 characters. Stored with every entry: short is better.</param>
    /// <param name="entity">Whose event it is, up to 512 characters: one that only this grain appends to.</param>
    /// <param name="sequence">Its number among the entity's events. One that is taken fails the commit.</param>
    /// <param name="item">An immutable event that the log's <see cref="IDurableLogFormat"/>, or the Orleans serializer, can write.</param>
    /// <param name="provider">The name of a stream provider of this silo.</param>
    /// <param name="stream">The stream.</param>
    public Outgoing Append(string log, string entity, long sequence, object item, string provider, StreamId stream)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        return Add(new OutgoingEvent(provider, stream, item, PlaceOf(log, entity, sequence)));
    }

    /// <summary>
    /// Arms a message: <paramref name="target"/> is called with it once <paramref name="dueAt"/> has passed, at least once.
    /// A target has one message per name: arming it again replaces the old one.
    /// </summary>
    /// <param name="target">A grain that implements <see cref="IScheduledReceiver"/>.</param>
    /// <param name="name">Which of the target's messages this is.</param>
    /// <param name="dueAt">UTC; stored to the millisecond, kept to about a quarter of a second.</param>
    public Outgoing Schedule(GrainId target, string name, DateTimeOffset dueAt)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ThrowIfTaken();
        (Schedules ??= []).Add(new ScheduleChange(target, name, dueAt));
        return this;
    }

    /// <summary>Disarms the target's message of that name, if there is one.</summary>
    public Outgoing Unschedule(GrainId target, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ThrowIfTaken();
        (Schedules ??= []).Add(new ScheduleChange(target, name, null));
        return this;
    }

    private Outgoing Add(in OutgoingEvent leaving)
    {
        ArgumentNullException.ThrowIfNull(leaving.Item, "item");
        ThrowIfTaken();
        (Events ??= []).Add(leaving);
        return this;
    }

    private static LogPlace PlaceOf(string log, string entity, long sequence)
    {
        LogNames.ThrowIfWrong(log, LogNames.LongestLog, nameof(log));
        LogNames.ThrowIfWrong(entity, LogNames.LongestEntity, nameof(entity));
        return new LogPlace(log, entity, sequence);
    }

    /// <summary>For a commit, and for what is added.</summary>
    internal void ThrowIfTaken()
    {
        if (Taken)
            throw new InvalidOperationException("This Outgoing went with an earlier commit; each commit needs its own.");
    }
}

/// <param name="Provider">Empty: nobody is told.</param>
/// <param name="Stream">Of that provider.</param>
/// <param name="Item">The event.</param>
/// <param name="Place">Null: it is not logged.</param>
internal readonly record struct OutgoingEvent(string Provider, StreamId Stream, object Item, LogPlace? Place);

/// <param name="DueAt">Null: remove.</param>
internal readonly record struct ScheduleChange(GrainId Target, string Name, DateTimeOffset? DueAt);
