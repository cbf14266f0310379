using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Hosting.Database;
using Shop.Hosting.Health;
using Shop.Hosting.Network;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;
using Shop.Hosting.Streams;
using Shop.Hosting.Telemetry;

namespace Shop.Hosting.Silos;

/// <summary>The one list of what a silo is.</summary>
public static class ShopSilo
{
    /// <summary>
    /// Embedded, a whole shop in one process: a silo that is its own cluster, state and streams in one database: SQLite, or PostgreSQL when there is a connection
    /// string; with one for RabbitMQ, its events travel through that. In a cluster, one silo of many on PostgreSQL and RabbitMQ.
    /// It survives kill -9: whatever was acknowledged goes on, after a restart or on another silo.
    /// </summary>
    public static void AddTo(WebApplicationBuilder builder, ShopSettings settings)
    {
        builder.AddShopProcess(settings);
        CrashSwitch.AddTo(builder);
        InterfaceTypes.AddTo(builder.Services);
        // Before Orleans, which brings its own where there is none.
        MachineClock.AddTo(builder.Services);
        builder.Services.AddSingleton<ILocalSiloDetails, SiloIdentity>();
        // A cluster of one, too: with two times in it, the silo finds that it has been joining for years, and declares itself dead.
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, MembershipClock>();
        if (settings.Postgres is not null)
            DatabaseAtStart.AddTo(builder, ShopPart.Silo);
        builder.Services.AddHostedService<PortsAtStart>();
        builder.Host.UseOrleans(silo => silo
            .UseCluster(settings)
            .UseShopTls(settings.Tls)
            .Configure<GrainCollectionOptions>(CollectSoon)
            .Configure<GrainDirectoryOptions>(RememberFew)
            .AddGroupCommit(store => Configure(store, settings))
            .AddShopStreams(settings)
            .AddShopTracing(builder.Configuration)
            .AddShopGrains(builder.Configuration.GetSection("Shop"))
            .AddDashboard());
        if (settings.SeedDemo)
            builder.Services.AddHostedService<DemoCatalogue>();
        var health = builder.Services.AddHealthChecks()
            .AddCheck<SiloIsActive>("silo", tags: [HealthTags.Startup, HealthTags.Ready])
            .AddGroupCommit("database", tags: [HealthTags.Ready]);
        if (settings.RabbitMq is not null)
            health.AddRabbitMqStreams(ShopStreams.Provider, "broker", tags: [HealthTags.Ready]);
    }

    private static ISiloBuilder UseCluster(this ISiloBuilder silo, ShopSettings settings)
    {
        if (settings.Mode == ShopMode.Embedded)
            return silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, primarySiloEndpoint: null, settings.ServiceId, settings.ClusterId);

        return silo
            .UseShopCluster(settings)
            .Configure<ClusterMembershipOptions>(membership => membership.MaxJoinAttemptTime = settings.StartTimeout + TimeSpan.FromMinutes(1))
            .Configure<EndpointOptions>(endpoints =>
            {
                (endpoints.SiloPort, endpoints.GatewayPort) = (settings.SiloPort, settings.GatewayPort);
                if (settings.AdvertisedAddress is not { } address)
                    return;
                endpoints.AdvertisedIPAddress = address;
                var listen = ListeningFor(address);
                (endpoints.SiloListeningEndpoint, endpoints.GatewayListeningEndpoint) = (new IPEndPoint(listen, settings.SiloPort), new IPEndPoint(listen, settings.GatewayPort));
            });
    }

    /// <summary>A pod's address is not always one of its own interfaces; a loopback address says that nobody else is meant to come in.</summary>
    internal static IPAddress ListeningFor(IPAddress advertised) => IPAddress.IsLoopback(advertised) ? advertised
        : advertised.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static void Configure(GroupCommitOptions store, ShopSettings settings)
    {
        if (settings.Postgres is { } postgres)
            store.ConnectionString = postgres;
        else
            store.DatabasePath = settings.DatabasePath;
        store.ApplySchemaAtStart = settings.SchemaOnStart;
        store.StartTimeout = settings.StartTimeout;
        store.Sharing = settings.Mode == ShopMode.Embedded ? GroupCommitSharing.OneProcess : GroupCommitSharing.OneService;
        // A saga answers when its decision is durable. Whoever does not, in that time, may be on a silo that has gone: the next call finds its successor.
        store.ScheduleCallTimeout = TimeSpan.FromSeconds(10);
    }

    /// <summary>
    /// Where grains are. Of an order nobody asks again after seconds; the default million entries would be a silo's memory for them, and
    /// the metrics count them one by one every second.
    /// </summary>
    private static void RememberFew(GrainDirectoryOptions directory) => directory.CacheSize = 20_000;

    /// <summary>What belongs to one order is done after seconds. Kept for the default quarter of an hour, millions would pile up.</summary>
    private static void CollectSoon(GrainCollectionOptions collection)
    {
        foreach (var type in ShopGrains.PerOrderTypes)
            collection.ClassSpecificCollectionAge[type] = TimeSpan.FromMinutes(2);
    }
}
