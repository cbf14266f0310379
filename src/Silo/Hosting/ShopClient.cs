using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Dashboard;
using Shop.Silo.Network;
using Shop.Silo.Telemetry;

namespace Shop.Silo.Hosting;

/// <summary>A process without a silo that asks the grains of a cluster.</summary>
public static class ShopClient
{
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    public static void AddTo(WebApplicationBuilder builder, ShopSettings settings)
    {
        builder.Services.AddSingleton(settings).AddSingleton<OpsKey>();
        StartupLog.AddTo(builder);
        builder.Services.AddHostedService<DatabaseAtStart>();
        builder.Host.UseOrleansClient(client => client
            .UseShopCluster(settings)
            .UseShopTls(settings.Tls)
            .AddShopTracing(builder.Configuration)
            .UseConnectionRetryFilter(RetryFor(settings.StartTimeout, TimeProvider.System))
            .AddDashboard());
        builder.Services.AddHealthChecks()
            .AddCheck<ClusterAnswers>("cluster", tags: [HealthTags.Startup, HealthTags.Ready]);
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

/// <summary>A silo is there, answers, and can read the database's table of silos.</summary>
internal sealed class ClusterAnswers(IClusterClient cluster, TimeProvider time) : IHealthCheck
{
    /// <summary>Grains, on whatever silos: one silo that hangs says nothing about the others, and with all APIs out of service because of it nobody could order.</summary>
    private const int Asked = 4;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var silos = await FirstAnswer(cancellationToken).WaitAsync(DatabaseIsReachable.Limit, time, cancellationToken);
            return HealthCheckResult.Healthy($"{silos} silos");
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, fault is TimeoutException ? "the cluster does not answer in time" : "no silo answers", fault);
        }
    }

    private async Task<int> FirstAnswer(CancellationToken cancellationToken)
    {
        Exception? fault = null;
        await foreach (var answer in Task.WhenEach(Enumerable.Range(0, Asked).Select(n => Ask(n, cancellationToken))))
        {
            try
            {
                return await answer;
            }
            catch (Exception e)
            {
                fault = e;
            }
        }

        throw new AggregateException($"None of {Asked} grains answered.", fault!);
    }

    private async Task<int> Ask(int grain, CancellationToken cancellationToken) =>
        (await cluster.GetGrain<IManagementGrain>(grain).GetHosts(onlyActive: true, cancellationToken)).Count;
}
