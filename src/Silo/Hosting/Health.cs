using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Persistence.GroupCommit;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Silo.Network;

namespace Shop.Silo.Hosting;

/// <summary>Which probe asks for a check. Liveness asks for none: it must not depend on anything outside the process.</summary>
public static class HealthTags
{
    public const string Startup = "startup";
    public const string Ready = "ready";
    public const string Live = "live";

    /// <summary>Plain probes, for a process that has no API to describe them.</summary>
    public static void MapShopHealth(this IEndpointRouteBuilder routes)
    {
        foreach (var tag in (string[])[Startup, Ready, Live])
            routes.MapGet($"{ManagementPaths.Health}/{tag}", HealthAnswer.For(tag));
    }
}

internal sealed class SiloIsActive(ISiloStatusOracle silos) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(silos.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, $"the silo is {silos.CurrentStatus}"));
}

internal sealed class BrokerIsReachable([FromKeyedServices(ShopStreams.Provider)] IRabbitMqStreamHealth broker, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await broker.FindFault(cancellationToken).WaitAsync(DatabaseIsReachable.Limit, time, cancellationToken) is null
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, "the broker takes no events");
        }
        catch (TimeoutException fault)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "the broker does not answer in time", fault);
        }
    }
}

internal sealed class DatabaseIsReachable(IDurableInspector inspector, TimeProvider time) : IHealthCheck
{
    /// <summary>A probe that waits longer than its caller says nothing, and probes would pile up before a database that hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // On a thread of its own: opening and reading a file does not look at cancellation tokens.
            await Task.Run(() => Look(cancellationToken), cancellationToken).WaitAsync(Limit, time, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Anybody may ask for health, so only the log gets the fault: its message names paths.
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                fault is TimeoutException or OperationCanceledException ? "the database does not answer in time" : "the database cannot be read", fault);
        }
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        // A server must not go on with what nobody waits for any more.
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var snapshot = await inspector.OpenSnapshot(either.Token);
        // One row by its key, there or not: what a probe costs must not grow with what is stored.
        await snapshot.ReadRow<object>("probe", "probe", either.Token);
    }
}
