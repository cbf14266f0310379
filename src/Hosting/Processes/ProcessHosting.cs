using Microsoft.Extensions.DependencyInjection.Extensions;
using Shop.Hosting.Health;
using Shop.Hosting.Network;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Processes;

/// <summary>What every process of the shop has around what it does: how it starts, says why it cannot, and ends.</summary>
public static class ProcessHosting
{
    /// <summary>
    /// From the signal, and the delay after it, to the end: connections get <see cref="BoundedServer.Limit"/> of it, the silo the rest. Whoever stops a process waits for at
    /// least 30 s longer than the delay.
    /// </summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(27);

    /// <summary>Before everything else of the pipeline.</summary>
    public static void UseShopProcess(this WebApplication app)
    {
        var process = app.Services.GetRequiredService<ShopLifetime>();
        app.Use((http, next) =>
        {
            // A client that keeps its connection would send the next request here, perhaps in the moment in which it is closed. Last of all, or a failed answer would lose it.
            if (process.IsLeaving)
            {
                http.Response.OnStarting(() =>
                {
                    http.Response.Headers.Connection = "close";
                    return Task.CompletedTask;
                });
            }

            return next(http);
        });
    }

    internal static void AddShopProcess(this WebApplicationBuilder builder, ShopSettings settings)
    {
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton<OpsKey>();
        services.TryAddSingleton(TimeProvider.System);
        StartupLog.AddTo(builder);
        BoundedServer.AddTo(services, settings.HasSilo ? TimeSpan.Zero : BoundedServer.PatienceWithoutSilo);
        services.AddSingleton<ShopLifetime>();
        services.AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<ShopLifetime>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        services.AddHealthChecks().AddCheck<ProcessGoesOn>("process", tags: [HealthTags.Ready]);
    }
}
