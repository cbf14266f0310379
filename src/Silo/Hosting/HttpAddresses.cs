
namespace Shop.Silo.Hosting;

/// <summary>Where a process is told to listen for HTTP: one address of one setting.</summary>
/// <param name="Setting">By which a person knows it.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Address">Read; null when it cannot be.</param>
internal sealed record HttpAddress(string Setting, string Text, BindingAddress? Address)
{
    private const string Form = "such as http://127.0.0.1:5080";

    /// <summary>What is wrong with it, in a sentence; null when nothing is.</summary>
    public string? Fault => Address switch
    {
        null => $"The setting {Setting} holds '{Text}', which is no address: it must be scheme, host and port, {Form}.",
        { Scheme: not ("http" or "https") } => $"The setting {Setting} holds '{Text}': it must begin with http:// or https://, {Form}.",
        { IsUnixPipe: false, IsNamedPipe: false, Port: < 0 or > 65535 } => $"The setting {Setting} holds '{Text}', whose port is none: 0 to 65535, {Form}.",
        // Kestrel takes every word that it does not know for all addresses of the machine.
        { IsUnixPipe: false, IsNamedPipe: false, Host: not ("*" or "+") and var host } when Uri.CheckHostName(host) == UriHostNameType.Unknown =>
            $"The setting {Setting} holds '{Text}', whose host is none: an address of this machine, localhost, or * for all of them, {Form}.",
        { PathBase.Length: > 0 } => $"The setting {Setting} holds '{Text}': an address to listen at has no path, {Form}.",
        _ => null,
    };
}

/// <summary>All HTTP addresses of a process, by the settings that ASP.NET Core reads, in its order of precedence.</summary>
internal static class HttpAddresses
{
    private const string Urls = "ASPNETCORE_URLS";

    public static IReadOnlyList<HttpAddress> Read(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList();
        if (endpoints.Count > 0)
            return [.. endpoints.Select(endpoint => Of($"{endpoint.Path}:Url", endpoint["Url"] ?? ""))];
        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
            return [.. Words(urls).Select(url => Of(Urls, url))];
        return
        [
            .. Words(configuration[WebHostDefaults.HttpPortsKey]).Select(port => Of("ASPNETCORE_HTTP_PORTS", $"http://*:{port}")),
            .. Words(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => Of("ASPNETCORE_HTTPS_PORTS", $"https://*:{port}")),
        ];
    }

    public static HttpAddress Of(string setting, string text)
    {
        try
        {
            return new HttpAddress(setting, text, BindingAddress.Parse(text));
        }
        catch (FormatException)
        {
            return new HttpAddress(setting, text, null);
        }
    }

    private static string[] Words(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
