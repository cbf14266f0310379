using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Processes;

/// <summary>
/// The ports that a process is to listen at are free: looked at before it waits for anything, and again when it has, just before it joins anything. Orleans lets two processes of one user
/// listen at one port; the second one takes the first one's place in the cluster, and that ends itself.
/// </summary>
internal sealed class PortsAtStart(ShopSettings settings, IServiceProvider services) : IHostedLifecycleService
{
    /// <exception cref="ShopSettingsException">Not all of them can be had: a sentence for each.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) => Check();

    public Task StartAsync(CancellationToken cancellationToken) => Check();

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task Check()
    {
        List<string> faults = [];
        List<(string Setting, IPEndPoint Endpoint)> seen = [];
        foreach (var (setting, endpoint) in Wanted())
        {
            if (seen.Find(other => Overlap(other.Endpoint, endpoint)).Setting is { } other)
                faults.Add($"The port {endpoint.Port} of the setting {setting} is also that of {other}: each needs a port of its own.");
            else if (FaultOf(setting, endpoint) is { } fault)
                faults.Add(fault);
            seen.Add((setting, endpoint));
        }

        return faults.Count == 0 ? Task.CompletedTask : throw new ShopSettingsException(faults);
    }

    private IEnumerable<(string Setting, IPEndPoint Endpoint)> Wanted()
    {
        // Only of a process with a silo.
        if (services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(ILocalSiloDetails)))
        {
            var silo = services.GetRequiredService<IOptions<EndpointOptions>>().Value;
            yield return ("Orleans:SiloPort", silo.SiloListeningEndpoint ?? new IPEndPoint(silo.AdvertisedIPAddress, silo.SiloPort));
            yield return ("Orleans:GatewayPort", silo.GatewayListeningEndpoint ?? new IPEndPoint(silo.AdvertisedIPAddress, silo.GatewayPort));
        }

        foreach (var http in settings.Http.All)
        {
            if (http.Port is { } port and > 0)
            {
                foreach (var host in Hosts(http.Address!.Host))
                    yield return (http.Setting, new IPEndPoint(host, port));
            }
        }
    }

    /// <summary>As Kestrel takes it: what is neither an address nor this machine by name is every address.</summary>
    private static IPAddress[] Hosts(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? Loopbacks
        : IPAddress.TryParse(host, out var address) ? [address]
        : [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];

    /// <summary>Both, of which a machine may lack one: in many containers there is no ::1.</summary>
    private static IPAddress[] Loopbacks => [.. new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }.Where(IsHere)];

    private static bool IsHere(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Overlap(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string? FaultOf(string setting, IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            // Fails where somebody listens, not where connections of a dead process still wait. To listen would be a surer test, but whoever connects meanwhile would be cut off.
            socket.Bind(endpoint);
            return null;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"The port {endpoint.Port} of the setting {setting} is taken: end the process that listens there, or set another port.",
                SocketError.AddressNotAvailable => $"The address {endpoint.Address} of the setting {setting} is none of this machine.",
                SocketError.AccessDenied => $"This process may not listen at port {endpoint.Port}, which the setting {setting} asks for: set one from 1024 on.",
                _ => $"This process cannot listen at {endpoint}, which the setting {setting} asks for: {fault.Message}.",
            };
        }
    }
}
