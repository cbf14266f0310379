using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Streams.Settling;
using Orleans.Runtime.Providers;

namespace Orleans.Hosting;

/// <summary>Adds streams that need no broker.</summary>
public static class OutboxStreamsSiloBuilderExtensions
{
    // The receiver waits for events itself; the timer only calls it again.
    private static readonly TimeSpan PauseBetweenReads = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Adds a stream provider whose queue is the outbox table of <c>AddGroupCommit</c>: events that grains publish with their commits, and
    /// events published to the streams directly, are delivered at least once, in the order of their commits per stream, also after a kill.
    /// </summary>
    /// <remarks>
    /// An event leaves the outbox, or is behind the provider's position in the log, when every subscriber has taken it, or when there is none. One that a subscriber refuses for
    /// <see cref="OutboxStreamOptions.MaxEventDeliveryTime"/>, or that cannot be read, is put aside and stays in the table.
    /// A stream cannot be rewound, and the publisher's request context does not travel. Few long-lived streams are fast; a new one costs a round of registration.
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="name">Of the provider; stored with every event, so never rename it.</param>
    /// <param name="configure">Sets <see cref="OutboxStreamOptions"/>.</param>
    public static ISiloBuilder AddOutboxStreams(this ISiloBuilder builder, string name, Action<OutboxStreamOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var services = builder.Services;
        services.AddOptions<OutboxStreamOptions>(name).Configure(configure ?? (_ => { }));
        services.AddSingleton<IConfigurationValidator>(provider =>
            new OutboxStreamOptionsValidator(name, provider.GetRequiredService<IOptionsMonitor<OutboxStreamOptions>>().Get(name)));
        services.AddSingleton(new OutboxProviderName(name, IsRelayed: false));
        services.TryAddSingleton<IOutboxProviders, OutboxProviders>();
        services.TryAddSingleton<OutboxHub>();
        if (!services.Any(service => service.ImplementationType == typeof(OutboxDeliveryFilter)))
            services.AddSingleton<IOutgoingGrainCallFilter, OutboxDeliveryFilter>();

        var streams = new SiloPersistentStreamConfigurator(name, configureServices => configureServices(services), OutboxAdapterFactory.Create);
        streams.ConfigurePartitionBalancing((_, _) => new OwnQueues());
        streams.ConfigureBackoffProvider((_, _) => (IMessageDeliveryBackoffProvider)new DeliveryBackoff());
        services.AddOptions<StreamPubSubOptions>(name).Configure<IOptionsMonitor<OutboxStreamOptions>>((pubSub, options) =>
            pubSub.PubSubType = options.Get(name).PubSubType);
        services.AddOptions<StreamPullingAgentOptions>(name).PostConfigure<IOptionsMonitor<OutboxStreamOptions>>((agent, options) =>
        {
            agent.MaxEventDeliveryTime = options.Get(name).MaxEventDeliveryTime;
            agent.GetQueueMsgsTimerPeriod = PauseBetweenReads;
            // The cache holds one batch a stream and takes a move of the cursor as the end of its delivery.
            agent.BatchContainerBatchSize = 1;
        });
        return builder;
    }
}
