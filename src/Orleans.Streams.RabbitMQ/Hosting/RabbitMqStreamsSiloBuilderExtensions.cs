using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Receiving;
using Orleans.Streams.Settling;
using Orleans.Runtime.Providers;

namespace Orleans.Hosting;

/// <summary>Adds streams over RabbitMQ to silos.</summary>
public static class RabbitMqStreamsSiloBuilderExtensions
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

        RabbitMqProviderServices.Add(builder.Services, name, configure);
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
}

/// <summary>What Orleans can be told about the streams of one provider: see the extension methods of <see cref="ISiloPersistentStreamConfigurator"/>.</summary>
public sealed class SiloRabbitMqStreamConfigurator : SiloPersistentStreamConfigurator
{
    internal SiloRabbitMqStreamConfigurator(string name, Action<Action<IServiceCollection>> configureDelegate)
        : base(name, configureDelegate, RabbitMqAdapterFactory.CreateForSilo)
    {
    }
}
