using System.Diagnostics;
using Helm.Specs.Rendering;
using Shop.Benches.Load.Machine;

namespace Helm.Specs.Monitoring;

/// <summary>The shop in one process, on SQLite, for the one metric that only SQLite has.</summary>
internal sealed class SingleShop : IAsyncDisposable
{
    public const string LogSize = "groupcommit_wal_size_bytes";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("shop-single-");
    private readonly Process process;

    private SingleShop()
    {
        Address = $"127.0.0.1:{FreePorts.Take(1)[0]}";
        var start = new ProcessStartInfo("dotnet", [Repository.At("src", "WebApi", "bin", "Release", "net10.0", "Shop.WebApi.dll")])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = $"http://{Address}";
        start.Environment["Shop__DataDirectory"] = Path.Combine(folder.FullName, "data");
        process = Process.Start(start)!;
        // Nobody reads them; a pipe that is full would stop it.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Address { get; }

    public static async Task<SingleShop> Start()
    {
        var shop = new SingleShop();
        try
        {
            using var http = new HttpClient();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            while (!await shop.IsReady(http, limit.Token))
                await ticks.WaitForNextTickAsync(limit.Token);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task<bool> IsReady(HttpClient http, CancellationToken cancel)
    {
        Assert.False(process.HasExited, "The shop in one process has ended.");
        try
        {
            using var answer = await http.GetAsync($"http://{Address}/health/ready", cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
