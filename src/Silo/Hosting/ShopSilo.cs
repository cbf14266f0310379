using System.Net;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace Shop.Silo.Hosting;

/// <summary>What a silo of the shop is.</summary>
public static class ShopSilo
{
    public static void AddEmbedded(WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Orleans");
        builder.Services.AddHealthChecks();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(
                settings.GetValue("SiloPort", 11111),
                settings.GetValue("GatewayPort", 30000),
                new IPEndPoint(IPAddress.Loopback, settings.GetValue("SiloPort", 11111)))
            .Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback)
            .AddDashboard());
    }

    public static void MapShopDashboard(WebApplication app) => app.MapOrleansDashboard("/dashboard");
}
