using System.Net;

namespace Shop.Hosting.Network;

internal static class Loopback
{
    /// <summary>Also of an IPv4 address in the clothes of an IPv6 one, which is how a socket for both sees it.</summary>
    public static bool Has(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
