using Microsoft.Extensions.Diagnostics.HealthChecks;
using Shop.Hosting.Network;
using Shop.Hosting.Processes;

namespace Shop.Hosting.Health;

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
