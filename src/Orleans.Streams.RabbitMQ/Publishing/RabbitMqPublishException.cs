namespace Orleans.Streams.RabbitMQ;

/// <summary>A message was not confirmed by the broker.</summary>
/// <param name="message">What happened, in one sentence.</param>
/// <param name="mayBeStored">See <see cref="MayBeStored"/>.</param>
/// <param name="innerException">The last fault of the connection, if there was one.</param>
public sealed class RabbitMqPublishException(string message, bool mayBeStored, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>
    /// True: nobody knows whether the broker has it; publishing it again may make it come twice. False: the broker does not have it.
    /// </summary>
    public bool MayBeStored => mayBeStored;
}
