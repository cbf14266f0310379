using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Dashboard;
using Shop.Silo.Telemetry;

namespace Shop.Silo.Hosting;

/// <summary>A process without a silo that asks the grains of a cluster.</summary>
public static class ShopClient
{
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    public static void AddTo(WebApplicationBuilder builder, ShopSettings settings)
    {
        builder.Services.AddSingleton(settings);
        StartupLog.AddTo(builder);
        builder.Services.AddHostedService<DatabaseAtStart>();
        builder.Host.UseOrleansClient(client => client
            .UseShopCluster(settings)
            .AddShopTracing(builder.Configuration)
            .UseConnectionRetryFilter(RetryFor(settings.StartTimeout, TimeProvider.System))
            .AddDashboard());
        builder.Services.AddHealthChecks()
            .AddCheck<ClusterAnswers>("cluster", tags: [HealthTags.Startup, HealthTags.Ready]);
    }

    /// <summary>Until a silo is there, or the time is over: then the last fault ends the start.</summary>
    private static Func<Exception, CancellationToken, Task<bool>> RetryFor(TimeSpan limit, TimeProvider time)
    {
        var started = time.GetTimestamp();
        return async (_, cancellationToken) =>
        {
            if (time.GetElapsedTime(started) >= limit)
                return false;
            await Task.Delay(PauseBetweenTries, time, cancellationToken);
            return true;
        };
    }
}

/// <summary>A silo is there, answers, and can read the database's table of silos.</summary>
internal sealed class ClusterAnswers(IClusterClient cluster, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var silos = await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken).WaitAsync(DatabaseIsReachable.Limit, time, cancellationToken);
            return HealthCheckResult.Healthy($"{silos.Count} silos");
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, fault is TimeoutException ? "the cluster does not answer in time" : "no silo answers", fault);
        }
    }
}
