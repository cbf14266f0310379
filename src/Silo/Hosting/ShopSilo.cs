using Orleans.Configuration;
using Orleans.Dashboard;
using Shop.Hosting;
using Shop.Silo.Streams;

namespace Shop.Silo.Hosting;

/// <summary>The one list of what a silo is.</summary>
public static class ShopSilo
{
    /// <summary>
    /// A whole shop in one process: a silo that is its own cluster, state and streams in one database: SQLite, or PostgreSQL when there is a connection string;
    /// with one for RabbitMQ, its events travel through that.
    /// It survives kill -9: whatever was acknowledged goes on after a restart.
    /// </summary>
    /// <exception cref="ShopSettingsException">Settings are missing or make no sense: all of them are named.</exception>
    public static ShopSettings AddEmbedded(WebApplicationBuilder builder)
    {
        var settings = ShopSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(settings);
        StartupLog.AddTo(builder);
        CrashSwitch.AddTo(builder);
        builder.Host.UseOrleans(silo => silo
            .UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, primarySiloEndpoint: null, settings.ServiceId, settings.ClusterId)
            .Configure<GrainCollectionOptions>(CollectSoon)
            .AddGroupCommit(store =>
            {
                if (settings.Postgres is { } postgres)
                    store.ConnectionString = postgres;
                else
                    store.DatabasePath = settings.DatabasePath;
                store.ApplySchemaAtStart = settings.SchemaOnStart;
            })
            .AddShopStreams(settings)
            .AddShopGrains(builder.Configuration.GetSection("Shop"))
            .AddDashboard());
        if (settings.SeedDemo)
            builder.Services.AddHostedService<DemoCatalogue>();
        var health = builder.Services.AddHealthChecks()
            .AddCheck<SiloIsActive>("silo", tags: [HealthTags.Startup, HealthTags.Ready])
            .AddCheck<DatabaseIsReachable>("database", tags: [HealthTags.Ready]);
        if (settings.RabbitMq is not null)
            health.AddCheck<BrokerIsReachable>("broker", tags: [HealthTags.Ready]);
        return settings;
    }

    /// <summary>Orleans' own dashboard. It has no authentication: reachable from where the process listens, which embedded is this machine.</summary>
    public static IEndpointConventionBuilder MapShopDashboard(this IEndpointRouteBuilder routes) => routes.MapOrleansDashboard("/dashboard");

    /// <summary>What belongs to one order is done after seconds. Kept for the default quarter of an hour, millions would pile up.</summary>
    private static void CollectSoon(GrainCollectionOptions collection)
    {
        foreach (var type in ShopGrains.PerOrderTypes)
            collection.ClassSpecificCollectionAge[type] = TimeSpan.FromMinutes(2);
    }
}
