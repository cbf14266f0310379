using Shop.Hosting.Health;
using Shop.Hosting.Network;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;
using Shop.Hosting.Silos;
using Shop.Hosting.Telemetry;
using Shop.WebApi.Conventions;
using Shop.WebApi.Hosting;
using Shop.WebApi.Operations;
using Shop.WebApi.Orders;
using Shop.WebApi.Products;
using Shop.WebApi.Stock;

namespace Shop.WebApi;

/// <summary>The shop over HTTP: by default with a silo inside, as a client of silos when it is told to be part of a cluster.</summary>
public static class Program
{
    private static readonly TimeSpan TrialLimit = TimeSpan.FromMinutes(2);

    public static Task<int> Main(string[] args) => args switch
    {
        ["health", .. var question] => HealthProbe.Run(question, HttpHosting.DefaultAddress),
        ["try-order", .. var address] => Try(address),
        _ => ShopProcess.Run(args, $"{HealthProbe.Usage}, {TryOrder.Usage}", Build),
    };

    /// <summary>With the key that the process itself would have.</summary>
    private static async Task<int> Try(string[] address)
    {
        try
        {
            var settings = new ConfigurationManager();
            settings.AddEnvironmentVariables();
            settings.AddSecrets();
            return await TryOrder.Run(address, settings["Shop:OpsKey"], TrialLimit);
        }
        catch (ShopSettingsException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 2;
        }
    }

    /// <summary>The whole process, ready to start.</summary>
    public static WebApplication Build(string[] args)
    {
        // Content lies beside the program, not where it is started from: there is the data, which no file watcher should see.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecrets();
        builder.AddHttpNetwork(HttpHosting.DefaultAddress);
        builder.AddShopHttp();
        builder.AddShopTelemetry();
        var settings = ShopSettings.Read(builder.Configuration, ShopPart.Client);
        builder.AddHttpNetwork(settings);
        if (settings.Mode == ShopMode.Embedded)
            ShopSilo.AddTo(builder, settings);
        else
            ShopClient.AddTo(builder, settings);

        var app = builder.Build();
        app.UseShopProcess();
        var key = app.Services.GetRequiredService<OpsKey>();
        app.UseMiddleware<ConventionsPipeline>();
        app.UseRequestGuard(settings, Problem.Refuse);
        app.UseStartPage();
        app.MapOrders();
        app.MapProducts(key);
        app.MapStock(key);
        app.MapOperations(key);
        app.MapHealth();
        app.MapShopMetrics();
        app.MapOpenApi();
        app.MapShopDashboard();
        return app;
    }
}
