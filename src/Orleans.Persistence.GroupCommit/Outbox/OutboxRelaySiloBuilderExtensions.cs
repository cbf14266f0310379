using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;

namespace Orleans.Hosting;

/// <summary>Adds the way from the outbox to a stream provider with a queue of its own.</summary>
public static class OutboxRelaySiloBuilderExtensions
{
    /// <summary>
    /// Publishes the events that grains commit for the stream provider <paramref name="provider"/> (<see cref="Outgoing.Publish"/>) through that
    /// provider, which the silo has beside it: at least once, in the order of their commits per stream, also after a kill, however long the provider is
    /// unavailable.
    /// </summary>
    /// <remarks>
    /// An event leaves the outbox, or is behind the provider's position in the log, when the provider's publish has ended well. While it fails, the events stay, and are tried again after 0.1 s,
    /// doubling to 5 s; other streams go on. Only what cannot be published at all is put aside and stays in the table: an event that
    /// fails alone with an <see cref="ArgumentException"/>, a <see cref="NotSupportedException"/> or a serializer's exception, or one that this version cannot read.
    /// The publisher's request context does not travel. What is published to the provider's streams directly does not pass the outbox.
    /// Few long-lived streams: Orleans remembers each that was published to for the life of the silo, and that its events are <see cref="object"/>s; code of the
    /// silo outside of grains must ask for it in the same way.
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="provider">Of a persistent stream provider; stored with every event, so never rename it.</param>
    /// <param name="configure">Sets <see cref="OutboxRelayOptions"/>.</param>
    public static ISiloBuilder AddOutboxRelay(this ISiloBuilder builder, string provider, Action<OutboxRelayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(provider);

        var services = builder.Services;
        services.AddOptions<OutboxRelayOptions>(provider).Configure(configure ?? (_ => { }));
        var name = new OutboxProviderName(provider, IsRelayed: true);
        if (services.Any(service => !service.IsKeyedService && name.Equals(service.ImplementationInstance)))
            return builder;

        services.AddSingleton(name);
        services.AddSingleton<IConfigurationValidator>(from =>
            new OutboxRelayOptionsValidator(provider, from.GetRequiredService<IOptionsMonitor<OutboxRelayOptions>>().Get(provider)));
        services.AddSingleton<IConfigurationValidator>(from => new OutboxRelayValidator(provider, from));
        services.TryAddSingleton<IOutboxProviders, OutboxProviders>();
        services.TryAddSingleton<OutboxHub>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(from => new OutboxRelayLifecycle(provider, from));
        return builder;
    }
}
