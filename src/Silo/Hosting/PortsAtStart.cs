using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Shop.Silo.Hosting;

/// <summary>
/// Before a process waits for anything, and once more before it joins anything: the ports that it is to listen at are free. Orleans lets two processes of one user listen at one port; the second
/// one takes the first one's place in the cluster, and that ends itself.
/// </summary>
internal sealed class PortsAtStart(IConfiguration configuration, IServiceProvider services) : IHostedLifecycleService
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
        List<Socket> listening = [];
        try
        {
            // All at once, so that two settings with one port are found, too.
            List<string> faults = [];
            foreach (var (setting, endpoint) in Wanted())
            {
                if (FaultOf(setting, endpoint, listening) is { } fault)
                    faults.Add(fault);
            }

            return faults.Count == 0 ? Task.CompletedTask : throw new ShopSettingsException(faults);
        }
        finally
        {
            listening.ForEach(socket => socket.Dispose());
        }
    }

    private IEnumerable<(string Setting, IPEndPoint Endpoint)> Wanted()
    {
        // Of a process with a silo alone.
        if (services.GetService<ILocalSiloDetails>() is not null)
        {
            var silo = services.GetRequiredService<IOptions<EndpointOptions>>().Value;
            yield return ("Orleans:SiloPort", silo.SiloListeningEndpoint ?? new IPEndPoint(silo.AdvertisedIPAddress, silo.SiloPort));
            yield return ("Orleans:GatewayPort", silo.GatewayListeningEndpoint ?? new IPEndPoint(silo.AdvertisedIPAddress, silo.GatewayPort));
        }

        foreach (var http in HttpAddresses.Read(configuration))
        {
            if (http.Address is { IsUnixPipe: false, IsNamedPipe: false, Port: > 0 } address)
                yield return (http.Setting, new IPEndPoint(Host(address.Host), address.Port));
        }
    }

    /// <summary>As Kestrel takes it: what is neither an address nor this machine by name is every address.</summary>
    private static IPAddress Host(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) ? address
        : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static string? FaultOf(string setting, IPEndPoint endpoint, List<Socket> listening)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listening.Add(socket);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            // Bound alone two sockets share a port, if both allow it; only one listens.
            socket.Bind(endpoint);
            socket.Listen();
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
