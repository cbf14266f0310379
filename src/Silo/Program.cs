using Shop.Hosting.Database;
using Shop.Hosting.Health;
using Shop.Hosting.Network;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;
using Shop.Hosting.Silos;
using Shop.Hosting.Telemetry;

namespace Shop.Silo;

/// <summary>A silo by itself: grains, health and dashboard on a small port of its own, no shop API. Or, told to, what has to be done before one starts.</summary>
public static class Program
{
    private const string DefaultAddress = "http://127.0.0.1:8081";

    public static Task<int> Main(string[] args) => args switch
    {
        ["migrate", .. var settings] => Migration.Run(() => Begin(settings).Configuration),
        ["health", .. var question] => HealthProbe.Run(question, DefaultAddress),
        _ => ShopProcess.Run(args, $"migrate, {HealthProbe.Usage}", Build),
    };

    private static WebApplication Build(string[] args)
    {
        var builder = Begin(args);
        // A silo has nothing but what belongs to its management.
        builder.AddHttpNetwork(otherwise: builder.Configuration[HttpAddresses.ManagementKey] is { Length: > 0 } ? "" : DefaultAddress);
        builder.AddShopTelemetry();
        var settings = ShopSettings.Read(builder.Configuration);
        builder.AddHttpNetwork(settings);
        ShopSilo.AddTo(builder, settings);

        var app = builder.Build();
        app.UseShopProcess();
        app.Use(next => http =>
        {
            HttpNetwork.SetSafetyHeaders(http.Response);
            return next(http);
        });
        app.UseRequestGuard(settings, Refuse);
        app.MapShopHealth();
        app.MapShopMetrics();
        app.MapShopDashboard();
        return app;
    }

    private static Task Refuse(HttpContext http, Refusal refusal) => TypedResults
        .Problem(refusal.Detail, statusCode: refusal.Status, extensions: [KeyValuePair.Create<string, object?>("code", refusal.Code)])
        .ExecuteAsync(http);

    // Content lies beside the program, not where it is started from: there is the data, which no file watcher should see.
    private static WebApplicationBuilder Begin(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecrets();
        return builder;
    }
}
