using Orleans.Configuration;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Silos;

/// <summary>How the processes of a cluster find each other, and how soon they notice that one is gone.</summary>
internal static class ShopCluster
{
    /// <summary>As Microsoft.Orleans.Clustering.AdoNet names the driver for PostgreSQL.</summary>
    private const string Npgsql = "Npgsql";

    public static ISiloBuilder UseShopCluster(this ISiloBuilder silo, ShopSettings settings) => silo
        .Configure<ClusterOptions>(cluster => Name(cluster, settings))
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, settings.Postgres))
        .Configure<ClusterMembershipOptions>(Notice);

    public static IClientBuilder UseShopCluster(this IClientBuilder client, ShopSettings settings) => client
        .Configure<ClusterOptions>(cluster => Name(cluster, settings))
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, settings.Postgres))
        // A silo that came back takes its share of the clients' connections within seconds, not after a minute.
        .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3));

    private static void Name(ClusterOptions cluster, ShopSettings settings) =>
        (cluster.ClusterId, cluster.ServiceId) = (settings.ClusterId, settings.ServiceId);

    /// <summary>
    /// A silo that died has to be noticed within 15 s with all that follows. Three probes of 2 s miss it after some 8 s; a silo whose processors are busy answers
    /// in that time, since probes are answered by the system's own threads.
    /// </summary>
    private static void Notice(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = 3;
        // Nobody votes against a silo from which a message came within three of these. By default they are four times as long: then a silo that holds still for
        // 20 s, with all its connections open, is never declared dead, and all that time its grains answer nobody.
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        // After all silos died at once, those that come back wait for the dead ones' last sign of life to grow old.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
