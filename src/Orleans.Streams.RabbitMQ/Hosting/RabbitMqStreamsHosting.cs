using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.RabbitMQ.Listening;
using Orleans.Streams.RabbitMQ.Receiving;
using Orleans.Streams.RabbitMQ.Topology;
using Orleans.Streams.Settling;
using Orleans.Runtime.Providers;

namespace Orleans.Hosting;

/// <summary>Adds streams over RabbitMQ.</summary>
public static class RabbitMqStreamsHosting
{
    // The receiver waits for messages itself; the timer only calls it again.
    private static readonly TimeSpan PauseBetweenReads = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Adds a stream provider over RabbitMQ: a publish ends when the broker has it on disk; a message is acknowledged when all subscribers of
    /// its stream have taken it; one that they refuse for <see cref="RabbitMqStreamOptions.MaxEventDeliveryTime"/>, or that cannot be read,
    /// becomes a dead letter. At least once, in the order of publishing per stream.
    /// </summary>
    /// <remarks>
    /// A stream cannot be rewound. Few long-lived streams are fast; a new one costs a round of registration. Dead letters are found with
    /// <see cref="IRabbitMqDeadLetters"/>, a keyed service by the name of the provider.
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="name">Of the provider; part of the names on the broker.</param>
    /// <param name="configure">Sets <see cref="RabbitMqStreamOptions"/>.</param>
    /// <param name="streams">What Orleans itself can be told about persistent streams: who reads which queue, where subscriptions are kept.</param>
    public static ISiloBuilder AddRabbitMqStreams(
        this ISiloBuilder builder, string name, Action<RabbitMqStreamOptions> configure, Action<SiloRabbitMqStreamConfigurator> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);

        AddProvider(builder.Services, name, configure);
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredKeyedService<RabbitMqProvider>(name));
        if (!builder.Services.Any(service => service.ImplementationType == typeof(DeliveryFilter)))
        {
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<IOutgoingGrainCallFilter, DeliveryFilter>();
        }

        var configurator = new SiloRabbitMqStreamConfigurator(name, configureServices => configureServices(builder.Services));
        configurator.ConfigureBackoffProvider((_, _) => (IMessageDeliveryBackoffProvider)new DeliveryBackoff());
        streams(configurator);
        builder.Services.AddOptions<StreamPullingAgentOptions>(name).PostConfigure<IOptionsMonitor<RabbitMqStreamOptions>>((agent, options) =>
        {
            agent.MaxEventDeliveryTime = options.Get(name).MaxEventDeliveryTime;
            agent.GetQueueMsgsTimerPeriod = PauseBetweenReads;
            // The cache holds one batch a stream and takes a move of the cursor as the end of its delivery.
            agent.BatchContainerBatchSize = 1;
        });
        return builder;
    }

    /// <inheritdoc cref="AddRabbitMqStreams(ISiloBuilder, string, Action{RabbitMqStreamOptions}, Action{SiloRabbitMqStreamConfigurator})"/>
    public static ISiloBuilder AddRabbitMqStreams(this ISiloBuilder builder, string name, Action<RabbitMqStreamOptions> configure) =>
        builder.AddRabbitMqStreams(name, configure, _ => { });

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

        AddProvider(builder.Services, name, configure);
        builder.Services.AddSingleton<ILifecycleParticipant<IClusterClientLifecycle>>(services => services.GetRequiredKeyedService<RabbitMqProvider>(name));
        _ = new ClusterClientPersistentStreamConfigurator(name, builder, RabbitMqAdapterFactory.CreateForClient);
        return builder;
    }

    private static void AddProvider(IServiceCollection services, string name, Action<RabbitMqStreamOptions> configure)
    {
        services.AddOptions<RabbitMqStreamOptions>(name).Configure(configure);
        services.AddSingleton<IConfigurationValidator>(provider =>
            new RabbitMqStreamOptionsValidator(name, provider.GetRequiredService<IOptionsMonitor<RabbitMqStreamOptions>>().Get(name)));
        services.AddKeyedSingleton(name, RabbitMqProvider.Create);
        services.AddKeyedSingleton<IRabbitMqStreamHealth>(name, (provider, _) => provider.GetRequiredKeyedService<RabbitMqProvider>(name));
        services.AddKeyedSingleton<IRabbitMqDeadLetters>(name, (provider, _) => new DeadLetterDesk(provider.GetRequiredKeyedService<RabbitMqProvider>(name)));
        services.AddKeyedSingleton<IRabbitMqBindings>(name, (provider, _) => new BoundQueues(provider.GetRequiredKeyedService<RabbitMqProvider>(name)));
        services.AddKeyedSingleton<IRabbitMqListeners>(name, (provider, _) => new Listeners(provider.GetRequiredKeyedService<RabbitMqProvider>(name)));
    }
}

/// <summary>What Orleans can be told about the streams of one provider: see the extension methods of <see cref="ISiloPersistentStreamConfigurator"/>.</summary>
public sealed class SiloRabbitMqStreamConfigurator : SiloPersistentStreamConfigurator
{
    internal SiloRabbitMqStreamConfigurator(string name, Action<Action<IServiceCollection>> configureDelegate)
        : base(name, configureDelegate, RabbitMqAdapterFactory.CreateForSilo)
    {
    }
}
