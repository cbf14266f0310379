namespace Orleans.Streams.RabbitMQ;

/// <summary>Which of the events that are published together stay in their order, where a message holds events of one type only.</summary>
public enum CloudEventOrder
{
    /// <summary>All of them: a message ends where the type changes.</summary>
    Stream = 0,

    /// <summary>
    /// Those that have one <c>subject</c> (all that have none count as one). Events of one type travel together although others lie between them: far fewer messages, for
    /// consumers that compare nothing but what happened to one subject.
    /// </summary>
    Subject = 1,
}
