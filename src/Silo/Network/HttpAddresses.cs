using System.Net;

namespace Shop.Silo.Network;

/// <summary>Where a process answers HTTP, read from the settings as Kestrel reads them.</summary>
/// <param name="Public">For everybody.</param>
/// <param name="Management">For operators alone, by a setting; none: what they need is served on the public ones.</param>
public sealed record HttpAddresses(IReadOnlyList<string> Public, IReadOnlyList<string> Management)
{
    private const string Endpoints = "Kestrel:Endpoints";

    /// <summary>Those that others than processes of this machine can reach.</summary>
    public IReadOnlyList<string> BeyondLoopback => [.. Public.Concat(Management).Distinct().Where(IsBeyondLoopback)];

    internal static HttpAddresses Of(IConfiguration configuration, string managementKey) => new(PublicOf(configuration), Split(configuration[managementKey]));

    /// <returns>Null when it has no port of its own: a socket in the file system, or no address at all.</returns>
    public static int? PortOf(string address) => Parse(address) is { IsUnixPipe: false, IsNamedPipe: false } parsed ? parsed.Port : null;

    internal static BindingAddress? Parse(string address)
    {
        try
        {
            return BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return null;
        }
    }

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
            ? Management.Select((address, n) => KeyValuePair.Create<string, string?>($"{Endpoints}:ShopManagement{n}:Url", address))
            : [new(WebHostDefaults.ServerUrlsKey, string.Join(';', Public.Concat(Management)))]);

    private static string[] PublicOf(IConfiguration configuration)
    {
        if (UsesEndpoints(configuration))
            return [.. configuration.GetSection(Endpoints).GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
            return Split(urls);
        return
        [
            .. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
            .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"),
        ];
    }

    // They win over addresses, unless told not to.
    private static bool UsesEndpoints(IConfiguration configuration) =>
        configuration.GetSection(Endpoints).GetChildren().Any()
        && !"true".Equals(configuration[WebHostDefaults.PreferHostingUrlsKey], StringComparison.OrdinalIgnoreCase);

    // Kestrel listens on every address of the machine for any name but localhost. What is no address at all, it refuses.
    private static bool IsBeyondLoopback(string address) =>
        Parse(address) is { IsUnixPipe: false, IsNamedPipe: false } parsed
        && !parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(parsed.Host, out var ip) && Loopback.Has(ip));

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
