using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;

[assembly: AssemblyFixture(typeof(Shop.WebApi.Specs.EndToEnd.Hosting.ShopHost))]

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>The whole embedded shop, as <c>dotnet run</c> starts it, on free ports with an empty data directory; one for all specs.</summary>
public sealed class ShopHost : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("shop-specs-");
    private WebApplication? app;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public WebApplication App => app ?? throw new InvalidOperationException("The shop has not started.");

    public async ValueTask InitializeAsync()
    {
        var (silo, gateway) = FreePorts();
        app = Program.Build(
        [
            "--urls", "http://127.0.0.1:0",
            "--Shop:DataDirectory", data.FullName,
            "--Shop:SeedDemo", "false",
            "--Orleans:SiloPort", $"{silo}",
            "--Orleans:GatewayPort", $"{gateway}",
            "--Orleans:AdvertisedIPAddress", "127.0.0.1",
            "--Logging:LogLevel:Default", "Warning",
        ]);
        await app.StartAsync();
        Http.BaseAddress = new Uri(app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        data.Delete(recursive: true);
    }

    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
