namespace Orleans.Streams.RabbitMQ;

/// <summary>Whether a provider can publish: a keyed service by the provider's name, in silos and clients, for health checks. Thread-safe.</summary>
public interface IRabbitMqStreamHealth
{
    /// <summary>
    /// Looks, and connects if there is no connection. Publishes nothing: what the broker has refused shows for 10 s, and for as long as it is published again
    /// and refused again; whatever it would refuse shows with the first message.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null: all is well. Otherwise one sentence that may be shown to anybody: it names no host, user or queue.</returns>
    Task<string?> FindFault(CancellationToken cancellationToken = default);
}
