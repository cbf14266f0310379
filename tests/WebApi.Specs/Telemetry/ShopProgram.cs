using System.Diagnostics;
using Shop.Benches.Load.Machine;

namespace Shop.WebApi.Specs.Telemetry;

/// <summary>
/// The embedded shop as a program of its own: instruments are the process's, and other specs' shops are not to be counted with. What is kept
/// from one start to the next is its data.
/// </summary>
public sealed class ShopProgram : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo data;
    private readonly int[] ports = FreePorts.Take(3);
    private Process? process;

    public ShopProgram() : this(Directory.CreateTempSubdirectory("shop-metrics-"))
    {
    }

    /// <param name="data">Goes with the shop.</param>
    internal ShopProgram(DirectoryInfo data) => this.data = data;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public async ValueTask InitializeAsync()
    {
        Http.BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}");
        await Start();
    }

    /// <summary>Ends it as a power cut would, and starts it again on the same data.</summary>
    public async Task Crash()
    {
        await End();
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        Http.Dispose();
        data.Delete(recursive: true);
    }

    private async Task Start()
    {
        process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Shop.WebApi.dll"),
            "--urls", $"http://127.0.0.1:{ports[0]}",
            "--Orleans:SiloPort", $"{ports[1]}",
            "--Orleans:GatewayPort", $"{ports[2]}",
            "--Shop:DataDirectory", data.FullName,
            "--Shop:SeedDemo", "false",
            "--Shop:Telemetry:Sagas:Every", "00:00:00.2",
            // An order's row is moved only when it would come more than half a minute late, so what comes before a short deadline may not be long.
            "--Shop:Sagas:ReserveTimeout", "00:00:02",
            "--Shop:Sagas:AuthorizeTimeout", "00:00:06",
            "--Shop:Sagas:CaptureTimeout", "00:00:06",
            "--Shop:Sagas:CancelWindow", "00:00:00.2",
            "--Shop:Sagas:RedriveAfter", "00:00:00.3",
            "--Shop:Sagas:LookupDelays:0", "00:00:00.2",
            "--Shop:Sagas:EnsureStartedAfter", "00:00:00.2",
            "--Shop:Payments:GatewayTimeout", "00:00:01",
            "--Logging:LogLevel:Default", "None",
        ])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            // Like a service: nobody reads what it says.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Ready();
    }

    private async Task Ready()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await Answers(limit.Token))
        {
            Assert.False(process!.HasExited, "The shop has ended instead of starting.");
            await ticks.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task<bool> Answers(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task End()
    {
        if (process is null)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }
}
