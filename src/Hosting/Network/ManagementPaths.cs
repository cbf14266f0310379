namespace Shop.Hosting.Network;

/// <summary>What is there for whoever runs the shop, not for its clients. Not <c>/v1/ops</c>, which is part of the API and has its key.</summary>
internal static class ManagementPaths
{
    public const string Metrics = "/metrics";
    public const string Health = "/health";
    public const string Dashboard = "/dashboard";

    public static bool Has(PathString path) => IsForMachines(path) || path.StartsWithSegments(Dashboard);

    /// <summary>What probes and Prometheus ask, by whatever address a scheduler has given to the process.</summary>
    public static bool IsForMachines(PathString path) => path.StartsWithSegments(Health) || path.StartsWithSegments(Metrics);
}
