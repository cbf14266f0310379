using Shop.Hosting.Settings;

namespace Shop.Hosting.Network;

/// <summary>Says at the start, once, what a process leaves open to whoever reaches it, and whom it will not answer.</summary>
internal sealed partial class NetworkWarnings(ShopSettings settings, ILogger<NetworkWarnings> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var reached = string.Join(", ", settings.Http.BeyondLoopback);
        if (reached.Length > 0 && settings is { Mode: ShopMode.Embedded, OpsKey: null })
            LogOpen(reached);
        if (reached.Length > 0 && settings.AllowedHosts.Count == 0)
            LogLoopbackNames(reached);
        if (settings.IsSiloReachable && settings.Tls is null)
            LogNoTls(settings.SiloPort, settings.GatewayPort);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning,
        "Anybody who reaches {Addresses} can change products, prices and stock: there is no key (Shop:OpsKey), and Shop:AllowWithoutKey says that this is meant.")]
    private partial void LogOpen(string addresses);

    [LoggerMessage(2, LogLevel.Warning,
        "This process listens on {Addresses}, but answers only to the names of loopback (localhost, 127.0.0.1, [::1]), health and metrics aside: "
        + "set AllowedHosts to the names by which clients call it, separated by semicolons.")]
    private partial void LogLoopbackNames(string addresses);

    [LoggerMessage(3, LogLevel.Warning,
        "Anybody who reaches the silo's port {SiloPort} or its gateway's port {GatewayPort} can change prices and call every grain: they take every connection. "
        + "Set Shop:Tls:CertificateFile, Shop:Tls:KeyFile and Shop:Tls:AuthorityFile, or let nobody but silos and APIs reach them.")]
    private partial void LogNoTls(int siloPort, int gatewayPort);
}
