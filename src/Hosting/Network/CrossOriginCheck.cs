using Microsoft.Extensions.Primitives;

namespace Shop.Hosting.Network;

/// <summary>
/// Refuses what another site's page makes a browser do here. Browsers say where a request comes from, and send along the password that a
/// person once typed for the dashboard; other clients say nothing, and may do what they like.
/// The same rules as Go's <c>http.CrossOriginProtection</c>.
/// </summary>
internal static class CrossOriginCheck
{
    private const string FetchSite = "Sec-Fetch-Site";

    public static bool Admits(HttpRequest request)
    {
        if (IsSafe(request))
            return true;
        if (request.Headers.TryGetValue(FetchSite, out var site))
            // "none": a person asked, not a page. Everything else is another site's, or no browser's word.
            return site.Count == 1 && site[0] is "same-origin" or "none";
        return !request.Headers.TryGetValue("Origin", out var origin) || IsOurs(origin, request.Headers.Host.ToString());
    }

    // A WebSocket begins as a GET, is open to pages from everywhere, and then carries anything.
    private static bool IsSafe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) && !IsWebSocket(request)) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);

    private static bool IsWebSocket(HttpRequest request) =>
        request.Headers.Upgrade.Any(value => value?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The scheme does not count: behind a proxy that ends TLS we cannot know it.</summary>
    private static bool IsOurs(StringValues origin, string host) =>
        origin.Count == 1 && Uri.TryCreate(origin[0], UriKind.Absolute, out var from) && from.Scheme is "http" or "https"
        // An origin is a scheme, a host and a port, and nothing else; what was read otherwise than it is written is none.
        && origin[0]!.Equals($"{from.Scheme}://{from.Authority}", StringComparison.OrdinalIgnoreCase)
        && from.Authority.Equals(WithoutDefaultPort(host, from.Scheme), StringComparison.OrdinalIgnoreCase);

    private static string WithoutDefaultPort(string host, string scheme)
    {
        var port = scheme == "https" ? ":443" : ":80";
        return host.EndsWith(port, StringComparison.Ordinal) ? host[..^port.Length] : host;
    }
}
