using Orleans.Dashboard;

namespace Shop.Silo.Hosting;

/// <summary>Orleans' own dashboard. It has no authentication of its own.</summary>
public static class Dashboard
{
    public static void MapShopDashboard(this WebApplication app) =>
        app.MapOrleansDashboard("/dashboard").RequireOpsKey(app.Services.GetRequiredService<ShopSettings>());
}
