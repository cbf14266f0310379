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

/// <summary>Not told to stop: else no more requests should come here, though those that do are answered.</summary>
internal sealed class ProcessGoesOn(ShopLifetime process) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(process.IsLeaving ? new HealthCheckResult(context.Registration.FailureStatus, "the process is stopping") : HealthCheckResult.Healthy());
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
    /// <summary>A probe that waits longer than its caller says nothing, and probes would pile up before a broker that hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await broker.FindFault(cancellationToken).WaitAsync(Limit, time, cancellationToken) is { } fault
                ? new HealthCheckResult(context.Registration.FailureStatus, fault)
                : HealthCheckResult.Healthy();
        }
        catch (TimeoutException late)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "the broker does not answer in time", late);
        }
    }
}

/// <summary>Orders are writes, so health writes: a database that can only be read looks well to whoever only reads.</summary>
internal sealed class DatabaseTakesWrites(IGroupCommitHealth database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await database.FindFault(cancellationToken) is { } fault
            ? new HealthCheckResult(context.Registration.FailureStatus, fault)
            : HealthCheckResult.Healthy();
}
