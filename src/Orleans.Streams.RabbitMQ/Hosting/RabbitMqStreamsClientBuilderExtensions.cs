using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams.RabbitMQ;

namespace Orleans.Hosting;

/// <summary>Adds streams over RabbitMQ to clients of a cluster.</summary>
public static class RabbitMqStreamsClientBuilderExtensions
{
    /// <summary>
    /// Adds the same stream provider to a client of the cluster: it publishes to RabbitMQ itself; the events of its own subscriptions come to it
    /// from the silos.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="name">Of the provider, as the silos have it.</param>
    /// <param name="configure">Sets <see cref="RabbitMqStreamOptions"/>: as the silos have them.</param>
    public static IClientBuilder AddRabbitMqStreams(this IClientBuilder builder, string name, Action<RabbitMqStreamOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);

        RabbitMqProviderServices.Add(builder.Services, name, configure);
        builder.Services.AddSingleton<ILifecycleParticipant<IClusterClientLifecycle>>(services => services.GetRequiredKeyedService<RabbitMqProvider>(name));
        _ = new ClusterClientPersistentStreamConfigurator(name, builder, RabbitMqAdapterFactory.CreateForClient);
        return builder;
    }
}
