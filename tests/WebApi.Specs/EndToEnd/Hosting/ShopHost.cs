using Microsoft.AspNetCore.Builder;
using Shop.Benches.Load.Machine;
using Testing.Servers;

[assembly: AssemblyFixture(typeof(Shop.WebApi.Specs.EndToEnd.Hosting.ShopHost))]

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>
/// The whole embedded shop, as <c>dotnet run</c> starts it, on free ports with an empty data directory; one for all specs that are content with
/// its default deadlines.
/// </summary>
public class ShopHost : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("shop-specs-");
    private readonly PostgresDatabase? database;
    private WebApplication? app;

    public ShopHost()
    {
    }

    /// <param name="database">Keeps the shop's books instead of a SQLite file, and goes with the shop.</param>
    protected ShopHost(PostgresDatabase database) => this.database = database;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public WebApplication App => app ?? throw new InvalidOperationException("The shop has not started.");

    /// <summary>Beyond those that every shop under spec has.</summary>
    protected virtual IEnumerable<(string Key, string Value)> Settings => [];

    public virtual async ValueTask InitializeAsync()
    {
        var ports = FreePorts.Take(2);
        app = Program.Build(
        [
            "--urls", "http://127.0.0.1:0",
            "--Shop:DataDirectory", data.FullName,
            "--Shop:SeedDemo", "false",
            "--Orleans:SiloPort", $"{ports[0]}",
            "--Orleans:GatewayPort", $"{ports[1]}",
            "--Logging:LogLevel:Default", "Warning",
            "--ConnectionStrings:Postgres", database?.ConnectionString ?? "",
            .. Settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value }),
        ]);
        await app.StartAsync();
        Http.BaseAddress = new Uri(app.Urls.First());
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        database?.Dispose();
        data.Delete(recursive: true);
    }
}
