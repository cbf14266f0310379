namespace Orleans.Streams.RabbitMQ;

/// <summary>What binds the queues of one provider to its exchange: a keyed service by the provider's name, in silos and clients. Thread-safe.</summary>
public interface IRabbitMqBindings
{
    /// <summary>
    /// Removes the bindings of <see cref="RabbitMqStreamOptions.FormerSubscriptions"/> from all queues, except those that
    /// <see cref="RabbitMqStreamOptions.Subscriptions"/> need. To be called when no silo or client of an earlier release is left: what they publish to such
    /// streams fails from then on, and each of their new connections binds again. Messages that are in the queues already are still delivered. Once more
    /// changes nothing. Does nothing when there are no former subscriptions, or when <see cref="RabbitMqStreamOptions.DeclareTopology"/> is false:
    /// whoever declares the bindings removes them, too.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; some bindings may be gone by then.</param>
    /// <remarks>
    /// Makes a connection for it, once: when there is none within <see cref="RabbitMqStreamOptions.ConnectTimeout"/>, or it is lost, the exception is
    /// RabbitMQ.Client's, some bindings may be gone, and the call can be repeated.
    /// </remarks>
    /// <exception cref="RabbitMqTopologyException">The user may not, or the queues are declared otherwise; in one sentence.</exception>
    Task RemoveFormer(CancellationToken cancellationToken = default);
}
