using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Shop.Hosting.Network;

namespace Shop.WebApi.Specs.Network;

/// <summary>A silo that has nothing but its ports, and the TLS of the shop on them.</summary>
internal sealed class TlsSilo(IHost host, int siloPort, int gatewayPort) : IAsyncDisposable
{
    /// <summary>Of a client that is refused. Others connect within a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public int SiloPort => siloPort;

    public int GatewayPort => gatewayPort;

    public IManagementGrain Management => host.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);

    /// <param name="files">Null: without TLS.</param>
    /// <param name="ports">Of silo and gateway.</param>
    /// <param name="first">The silo of the cluster that it joins; null: it is the first.</param>
    /// <param name="time">Null: the system's.</param>
    public static async Task<TlsSilo> Start(CertificateFolder? files, int[] ports, TlsSilo? first = null, TimeProvider? time = null)
    {
        var host = Build(builder => builder.UseOrleans(silo =>
        {
            if (time is not null)
                silo.Services.AddSingleton(new TlsCertificates(FilesOf(files!), time, NullLogger<TlsCertificates>.Instance));
            silo.UseLocalhostClustering(ports[0], ports[1], first is null ? null : new IPEndPoint(IPAddress.Loopback, first.SiloPort))
                .UseShopTls(files is null ? null : FilesOf(files))
                .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));
        }));
        await host.StartAsync();
        return new TlsSilo(host, ports[0], ports[1]);
    }

    /// <summary>An Orleans client like any other; connected when this returns.</summary>
    public async Task<IHost> Connect(CertificateFolder? files)
    {
        var client = Build(builder => builder.UseOrleansClient(client => client
            .UseLocalhostClustering(GatewayPort)
            // By itself it tries for minutes.
            .UseConnectionRetryFilter((_, _) => Task.FromResult(false))
            .UseShopTls(files is null ? null : FilesOf(files))
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10))));
        try
        {
            await client.StartAsync(CancellationToken.None).WaitAsync(Patience);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private static TlsFiles FilesOf(CertificateFolder files) => new(files.Certificate, files.Key, files.Authority);

    private static IHost Build(Func<IHostBuilder, IHostBuilder> configure) =>
        configure(new HostBuilder().ConfigureLogging(logging => logging.ClearProviders())).Build();
}
