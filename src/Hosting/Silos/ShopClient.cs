using Orleans.Dashboard;
using Shop.Hosting.Database;
using Shop.Hosting.Health;
using Shop.Hosting.Network;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;
using Shop.Hosting.Telemetry;

namespace Shop.Hosting.Silos;

/// <summary>A process without a silo that asks the grains of a cluster.</summary>
public static class ShopClient
{
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    public static void AddTo(WebApplicationBuilder builder, ShopSettings settings)
    {
        builder.AddShopProcess(settings);
        InterfaceTypes.AddTo(builder.Services);
        DatabaseAtStart.AddTo(builder, ShopPart.Client);
        builder.Services.AddHostedService<PortsAtStart>();
        builder.Host.UseOrleansClient(client => client
            .UseShopCluster(settings)
            .UseShopTls(settings.Tls)
            .AddShopTracing(builder.Configuration)
            .UseConnectionRetryFilter(RetryFor(settings.StartTimeout, TimeProvider.System))
            .AddDashboard());
        builder.Services.AddHealthChecks()
            .AddTypeActivatedCheck<ClusterAnswers>("silos", failureStatus: null, tags: [HealthTags.Startup], args: [false])
            .AddTypeActivatedCheck<ClusterAnswers>("cluster", failureStatus: null, tags: [HealthTags.Ready], args: [true]);
    }

    /// <summary>Until a silo is there, or the time is over: then the last fault ends the start.</summary>
    internal static Func<Exception, CancellationToken, Task<bool>> RetryFor(TimeSpan limit, TimeProvider time)
    {
        // From the first failure on: what came before, such as the wait for the database, has a time of its own.
        long? started = null;
        return async (_, cancellationToken) =>
        {
            started ??= time.GetTimestamp();
            if (time.GetElapsedTime(started.Value) >= limit)
                return false;
            await Task.Delay(PauseBetweenTries, time, cancellationToken);
            return true;
        };
    }
}
