using Orleans.Dashboard;
using Shop.Silo.Network;

namespace Shop.Silo.Hosting;

/// <summary>Orleans' own dashboard. It has no authentication of its own.</summary>
public static class Dashboard
{
    public static void MapShopDashboard(this WebApplication app) =>
        app.MapOrleansDashboard(ManagementPaths.Dashboard).RequireOpsKey(app.Services.GetRequiredService<OpsKey>());
}
