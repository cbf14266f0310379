namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// Lets a process hear all that is published, as an outsider does: a keyed service by the name of the provider. Thread-safe.
/// </summary>
public interface IRabbitMqListeners
{
    /// <summary>
    /// Declares a durable queue beside those of the silos, bound to everything, and hears what comes there: of all processes that listen
    /// to it the first one; another one when that has gone. The broker removes the queue when nobody has listened for an hour.
    /// </summary>
    /// <param name="name">The end of the queue's name; neither a number nor the one of the dead letters.</param>
    /// <param name="hear">
    /// Gets the events of one message after the other, duplicates among them. What is forged, or cannot be read, it does not get; what
    /// proves nothing it does, and the wire format can tell it so. Called on a thread of the connection: must be quick.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The name is of no use.</exception>
    /// <exception cref="RabbitMqTopologyException">A queue of this name is declared otherwise, or the user may not declare it.</exception>
    /// <remarks>Makes a connection for it. When there is none, the exception is RabbitMQ.Client's.</remarks>
    Task<IRabbitMqListener> Listen(string name, Action<WireEvents> hear, CancellationToken cancellationToken = default);
}

/// <summary>Hears until it is disposed of, or its connection is lost; then it is of no more use. Not thread-safe.</summary>
public interface IRabbitMqListener : IAsyncDisposable
{
    /// <summary>
    /// Ends when all has been heard here that the broker had confirmed before the call. While another process listens, the first call waits
    /// until that has gone; what that had heard does not come here.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">
    /// Something may not be heard: another process had the queue meanwhile, the queue is too full to have kept everything, or the broker
    /// took it away.
    /// </exception>
    /// <remarks>When the connection is lost, the exception is RabbitMQ.Client's.</remarks>
    Task CatchUp(CancellationToken cancellationToken = default);
}
