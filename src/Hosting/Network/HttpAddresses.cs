namespace Shop.Hosting.Network;

/// <summary>Where a process answers HTTP, read from the settings as Kestrel reads them.</summary>
/// <param name="Public">For everybody.</param>
/// <param name="Management">For operators alone, by a setting; none: what they need is served on the public ones.</param>
public sealed record HttpAddresses(IReadOnlyList<HttpAddress> Public, IReadOnlyList<HttpAddress> Management)
{
    public const string ManagementKey = "Shop:ManagementUrls";

    private const string Endpoints = "Kestrel:Endpoints";

    public IEnumerable<HttpAddress> All => Public.Concat(Management);

    /// <summary>Those that others than processes of this machine can reach.</summary>
    public IReadOnlyList<HttpAddress> BeyondLoopback => [.. All.Where(address => address.IsBeyondLoopback)];

    internal static HttpAddresses Of(IConfiguration configuration) => new(PublicOf(configuration), Split(ManagementKey, configuration[ManagementKey]));

    /// <summary>Where nobody says otherwise. The ports of <c>ASPNETCORE_HTTP_PORTS</c> do not: base images of containers set them, for every program.</summary>
    internal static void SetDefault(IConfigurationBuilder configuration, string address) => configuration.AddInMemoryCollection(
    [
        new(WebHostDefaults.ServerUrlsKey, address),
        new(WebHostDefaults.HttpPortsKey, ""),
        new(WebHostDefaults.HttpsPortsKey, ""),
    ]);

    /// <summary>Lets Kestrel listen on the management's addresses, too.</summary>
    internal void AddManagementTo(IConfigurationManager configuration) => configuration.AddInMemoryCollection(
        UsesEndpoints(configuration)
            ? Management.Select((address, n) => KeyValuePair.Create<string, string?>($"{Endpoints}:ShopManagement{n}:Url", address.Text))
            : [new(WebHostDefaults.ServerUrlsKey, string.Join(';', All))]);

    private static HttpAddress[] PublicOf(IConfiguration configuration) => UsesEndpoints(configuration)
        ? [.. configuration.GetSection(Endpoints).GetChildren().Select(endpoint => new HttpAddress($"{endpoint.Path}:Url", endpoint["Url"] ?? ""))]
        : Split("ASPNETCORE_URLS", configuration[WebHostDefaults.ServerUrlsKey]);

    // They win over addresses, unless told not to.
    private static bool UsesEndpoints(IConfiguration configuration) =>
        configuration.GetSection(Endpoints).GetChildren().Any()
        && !"true".Equals(configuration[WebHostDefaults.PreferHostingUrlsKey], StringComparison.OrdinalIgnoreCase);

    private static HttpAddress[] Split(string setting, string? list) =>
        [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text => new HttpAddress(setting, text))];
}
