using Orleans.Persistence.GroupCommit;
using Orleans.Streams;
using Orleans.Streams.RabbitMQ;
using Shop.Audit;
using Shop.Events;
using Shop.Hosting.Audit;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Streams;

/// <summary>How the shop's events travel: through RabbitMQ when there is one, otherwise from the outbox itself.</summary>
internal static class ShopBroker
{
    /// <summary>Zero would mean to start without the broker.</summary>
    private static readonly TimeSpan OneTry = TimeSpan.FromMilliseconds(1);

    /// <summary>Readers count their room in messages: after an outage of the broker all of them are as full as they may be.</summary>
    private const int EventsOfOneMessage = 64;

    public static ISiloBuilder AddShopStreams(this ISiloBuilder silo, ShopSettings settings) => settings.RabbitMq is { } address
        ? silo.AddBroker(address, settings)
        : silo.AddOutboxStreams(ShopStreams.Provider, options =>
        {
            options.IsOutage = IsOutage;
            // Within one process nobody listens to anything else.
            options.IsWanted = IsForTheShop;
        });

    private static ISiloBuilder AddBroker(this ISiloBuilder silo, string address, ShopSettings settings)
    {
        silo.AddRabbitMqStreams(ShopStreams.Provider, options => Configure(options, address, settings), streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly))
            .AddOutboxRelay(ShopStreams.Provider, Configure)
            .AddFormerBindings();
        if (settings.Witness)
            silo.AddWitness();
        return settings.Streams.Authentication ? silo.AddMessageKeys() : silo;
    }

    private static void Configure(OutboxRelayOptions relay)
    {
        relay.MaximumBatch = EventsOfOneMessage;
        // An order waits for its start. Whoever reads the others is outside, and messages are what costs the broker most (ADR 0028).
        relay.PublishDelay = TimeSpan.FromMilliseconds(100);
        relay.IsUrgent = IsForTheShop;
    }

    /// <summary>Grains act on nothing else.</summary>
    private static bool IsForTheShop(object happened) => happened is ShopEvent { Fact: OrderPlaced };

    private static ISiloBuilder AddFormerBindings(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, FormerBindings>();
        return silo;
    }

    internal static void Configure(RabbitMqStreamOptions options, string address, ShopSettings settings)
    {
        options.ConnectionString = address;
        options.StartTimeout = settings.StartTimeout > TimeSpan.Zero ? settings.StartTimeout : OneTry;
        var events = new ShopCloudEvents(settings.ServiceId);
        options.WireFormat = _ => new CloudEventsWireFormat(events, events) { Order = CloudEventOrder.Subject };
        options.ExchangeType = RabbitMqExchangeType.Topic;
        // All that a grain acts on.
        options.Subscriptions.Add(new RabbitMqSubscription(ShopStreams.Orders, FactTypes.Of(typeof(OrderPlaced)).Name));
        // What the audit of earlier releases came by.
        options.FormerSubscriptions.Add(new RabbitMqSubscription(ShopStreams.Orders));
        options.FormerSubscriptions.Add(new RabbitMqSubscription(ShopStreams.Stock));
        options.FormerSubscriptions.Add(new RabbitMqSubscription(ShopStreams.Payments));
        options.IsOutage = IsOutage;
        settings.Streams.ApplyTo(options);
    }

    /// <summary>A database that is away for an hour, or does not keep up, must not set an hour's events aside.</summary>
    internal static bool IsOutage(Exception fault) => fault is AuditUnavailableException or GroupCommitQueueFullException;
}
