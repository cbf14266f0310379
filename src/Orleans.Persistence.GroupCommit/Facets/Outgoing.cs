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
    /// outbox until the stream provider has taken it durably.
    /// </summary>
    /// <param name="provider">The name of a stream provider of this silo.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="item">An immutable event that the Orleans serializer can write.</param>
    public Outgoing Publish(string provider, StreamId stream, object item)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        ArgumentNullException.ThrowIfNull(item);
        ThrowIfTaken();
        (Events ??= []).Add(new OutgoingEvent(provider, stream, item));
        return this;
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

    /// <summary>For a commit, and for what is added.</summary>
    internal void ThrowIfTaken()
    {
        if (Taken)
            throw new InvalidOperationException("This Outgoing went with an earlier commit; each commit needs its own.");
    }
}

internal readonly record struct OutgoingEvent(string Provider, StreamId Stream, object Item);

/// <param name="DueAt">Null: remove.</param>
internal readonly record struct ScheduleChange(GrainId Target, string Name, DateTimeOffset? DueAt);
