using Microsoft.Extensions.Diagnostics.HealthChecks;
using Shop.Operations;

namespace Shop.Hosting.Health;

/// <summary>A silo answers and, to be ready, can store orders: without one that can, every order would get 503.</summary>
/// <param name="cluster">Where the silos are.</param>
/// <param name="time">Of the limit.</param>
/// <param name="mustStore">False: that one answers is enough. Whoever has not started is killed, and nobody is to be killed for a database's fault.</param>
internal sealed class ClusterAnswers(IGrainFactory cluster, TimeProvider time, bool mustStore) : IHealthCheck
{
    /// <summary>A silo says within 2 s what is wrong with its database; that has to arrive.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Grains, on whatever silos: one silo that hangs says nothing about the others, and with all APIs out of service because of it nobody could order.</summary>
    private const int Asked = 4;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string? said = null;
        Exception? fault = null;
        try
        {
            if (await OneCanStore().WaitAsync(Limit, time, cancellationToken))
                return HealthCheckResult.Healthy();
        }
        catch (TimeoutException late)
        {
            fault = late;
        }

        return new HealthCheckResult(
            context.Registration.FailureStatus, said ?? (fault is TimeoutException ? "the cluster does not answer in time" : "no silo answers"), fault);

        async Task<bool> OneCanStore()
        {
            await foreach (var answer in Task.WhenEach(Enumerable.Range(0, Asked).Select(n => Ask(n, cancellationToken))))
            {
                try
                {
                    if (await answer is not { } what || !mustStore)
                        return true;
                    said = what;
                }
                catch (Exception e)
                {
                    fault = e;
                }
            }

            return false;
        }
    }

    /// <returns>What keeps a silo from storing; null: nothing, or it is of a release before and has no grain that could say so. That it answers has to do then.</returns>
    private async Task<string?> Ask(int grain, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.GetGrain<ISiloHealthGrain>(grain).FindFault(cancellationToken);
        }
        catch (Exception e) when (IsUnknown(e))
        {
            await cluster.GetGrain<IManagementGrain>(grain).GetHosts(onlyActive: true, cancellationToken);
            return null;
        }
    }

    /// <summary>No silo has told this client of such a grain; or those that did have left, which the client learns a minute later.</summary>
    private static bool IsUnknown(Exception error) => error is ArgumentException
        || (error is OrleansException && error.Message.StartsWith("No active nodes are compatible", StringComparison.Ordinal));
}
