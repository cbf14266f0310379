namespace Shop.WebApi.Hosting;

/// <summary>What HTTP needs to know of the settings in <c>Shop:</c>.</summary>
internal sealed record ShopSettings(string DataDirectory)
{
    /// <exception cref="InvalidOperationException">A setting asks for what this process cannot be.</exception>
    public static ShopSettings From(IConfiguration configuration)
    {
        var mode = configuration["Shop:Mode"] ?? "Embedded";
        return mode.Equals("Embedded", StringComparison.OrdinalIgnoreCase)
            ? new ShopSettings(Path.GetFullPath(configuration["Shop:DataDirectory"] ?? "data"))
            : throw new InvalidOperationException($"Shop:Mode is '{mode}', but this process can only run as Embedded.");
    }
}
