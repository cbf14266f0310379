using Orleans.Dashboard;
using Shop.Hosting.Network;

namespace Shop.Hosting.Silos;

/// <summary>Orleans' own dashboard. It has no authentication of its own.</summary>
public static class Dashboard
{
    public static void MapShopDashboard(this WebApplication app) =>
        app.MapOrleansDashboard(ManagementPaths.Dashboard).RequireOpsKey(app.Services.GetRequiredService<OpsKey>());
}
