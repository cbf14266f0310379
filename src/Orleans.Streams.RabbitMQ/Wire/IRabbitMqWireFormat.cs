namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// How events look in a message: <see cref="OrleansWireFormat"/> (the default), <see cref="CloudEventsWireFormat"/>, or one of your own. Which
/// stream they belong to is not its business: the provider sends that beside them. Implementations are thread-safe.
/// </summary>
public interface IRabbitMqWireFormat
{
    /// <summary>Turns events of one stream, in their order, into messages: as few as the format allows.</summary>
    /// <param name="events">At least one.</param>
    /// <param name="requestContext">Of the publisher; null when there is none. A format that cannot carry it leaves it out.</param>
    /// <exception cref="Exception">
    /// An event cannot be written; nothing of the batch is sent. Whoever published it gets an <see cref="ArgumentException"/> (or a
    /// <see cref="NotSupportedException"/>, if it was one) with this one inside.
    /// </exception>
    IReadOnlyList<WireMessage> Write(IReadOnlyList<object> events, IReadOnlyDictionary<string, object>? requestContext);

    /// <summary>Reads what <see cref="Write"/>, an older version of it, or a stranger has written.</summary>
    /// <exception cref="RabbitMqWireException">It cannot be read: the message becomes a dead letter with this reason. So it does after any other exception.</exception>
    WireEvents Read(WireMessage message);
}

/// <summary>What a message brought.</summary>
/// <param name="Events">In order; at least one.</param>
/// <param name="RequestContext">Of the publisher; null when it did not travel.</param>
public sealed record WireEvents(IReadOnlyList<object> Events, IReadOnlyDictionary<string, object>? RequestContext = null);

/// <summary>A message says something that this process does not understand.</summary>
/// <param name="reason">One sentence for the person who will look at the dead letter.</param>
/// <param name="innerException">What stands behind it.</param>
public sealed class RabbitMqWireException(string reason, Exception? innerException = null) : Exception(reason, innerException);
