using System.Net;
using Microsoft.Extensions.Primitives;

namespace Shop.Hosting.Network;

/// <summary>
/// Answers to the names that are ours alone. A page of somebody else whose name is made to lead to this machine (DNS rebinding) counts as
/// the same origin for the browser; what it cannot do is send another name than its own.
/// </summary>
/// <param name="allowed">As ASP.NET's <c>AllowedHosts</c> has them: names, <c>*.example.com</c>, or <c>*</c>. Empty: the names of loopback.</param>
internal sealed class HostCheck(IReadOnlyList<string> allowed)
{
    // Browsers send names of other scripts in the form that DNS has.
    private readonly IList<StringSegment> patterns = [.. allowed.Select(name => new StringSegment(new HostString(name).ToUriComponent()))];

    public bool Admits(HttpContext http)
    {
        if (ManagementPaths.IsForMachines(http.Request.Path))
            return true;
        // As it was sent: Request.Host has names of other scripts in another form.
        var host = http.Request.Headers.Host.ToString();
        if (host.Length == 0)
            return IsFromThisMachine(http.Connection);
        if (patterns.Count == 0)
            return IsLoopback(new HostString(host).Host);
        try
        {
            return HostString.MatchesAny(host, patterns);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && Loopback.Has(address));

    // HTTP/1.0 asks without a name. A socket in the file system has no address.
    private static bool IsFromThisMachine(ConnectionInfo connection) => connection.LocalIpAddress is not { } address || Loopback.Has(address);
}
