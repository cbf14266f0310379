namespace Orleans.Streams.RabbitMQ;

/// <summary>Whether a provider can publish: a keyed service by the provider's name, in silos and clients, for health checks. Thread-safe.</summary>
public interface IRabbitMqStreamHealth
{
    /// <summary>Looks, and connects if there is no connection.</summary>
    /// <returns>Null: all is well. Otherwise one sentence that says what is not.</returns>
    Task<string?> FindFault(CancellationToken cancellationToken = default);
}
