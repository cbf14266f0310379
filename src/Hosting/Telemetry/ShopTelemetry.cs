using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Shop.Hosting.Network;

namespace Shop.Hosting.Telemetry;

/// <summary>Metrics for Prometheus and, where somebody collects them, traces. docs/metrics.md and docs/tracing.md say what there is to see.</summary>
public static class ShopTelemetry
{
    private static readonly string[] Meters =
    [
        "Shop", "Orleans.Persistence.GroupCommit", "Orleans.Streams.RabbitMQ", "Microsoft.Orleans", "Microsoft.AspNetCore.*", "Npgsql", "System.Runtime",
    ];

    // Orleans' streams and the scheduled rows call grains as the runtime, everybody else as an application.
    private static readonly string[] Sources =
    [
        "Shop", "Orleans.Persistence.GroupCommit", "Orleans.Streams.RabbitMQ", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime",
    ];

    /// <summary>For every process of the shop, silo or not. Without a collector nothing listens to activities, and they cost nothing.</summary>
    public static void AddShopTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName))
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter(page => page.ScopeInfoEnabled = false));
        if (Collector.IsThere(builder.Configuration))
        {
            telemetry.WithTracing(traces => traces
                .AddAspNetCoreInstrumentation(http => http.Filter = IsOfAClient)
                .AddSource(Sources)
                .AddOtlpExporter(exporter => Collector.Configure(exporter, builder.Configuration)));
        }
    }

    /// <summary>Calls of grains, from a silo, become part of the caller's trace. After the streams: a delivery goes on with the trace of its event.</summary>
    public static ISiloBuilder AddShopTracing(this ISiloBuilder silo, IConfiguration configuration) =>
        Collector.IsThere(configuration) ? silo.AddActivityPropagation() : silo;

    /// <summary>Calls of grains, from a client of the cluster, become part of the caller's trace.</summary>
    public static IClientBuilder AddShopTracing(this IClientBuilder client, IConfiguration configuration) =>
        Collector.IsThere(configuration) ? client.AddActivityPropagation() : client;

    /// <summary>The page that Prometheus reads. Open: it holds numbers, no ids of customers or orders, no passwords.</summary>
    public static void MapShopMetrics(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint(ManagementPaths.Metrics)
        .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]))
        .DisableHttpMetrics();

    /// <summary>What probes, Prometheus and the dashboard ask, every few seconds, is nobody's request.</summary>
    private static bool IsOfAClient(HttpContext http) => !ManagementPaths.Has(http.Request.Path);
}
