using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Machine;

namespace Chaos;

/// <summary>
/// The embedded shop as a user runs it: its own process, a data directory, three ports. It can be killed and started again on the same data.
/// </summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    private const int LogLinesKept = 80;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> log = new();
    private readonly IReadOnlyDictionary<string, string> settings;
    private Process? process;

    /// <param name="settings">Further settings, as environment variables.</param>
    public ShopProcess(IReadOnlyDictionary<string, string> settings)
    {
        var ports = FreePorts.Take(3);
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[0]}"));
        this.settings = new Dictionary<string, string>(settings)
        {
            ["ASPNETCORE_URLS"] = Url.ToString(),
            ["Orleans__SiloPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["Orleans__GatewayPort"] = ports[2].ToString(CultureInfo.InvariantCulture),
            ["Shop__Mode"] = "Embedded",
            ["Shop__DataDirectory"] = DataDirectory,
            ["Shop__SeedDemo"] = "false",
        };
    }

    public Uri Url { get; }

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("shop-chaos-").FullName;

    /// <summary>The last lines that the processes wrote, across restarts.</summary>
    public string Log => string.Join('\n', log);

    public async Task Start(ShopApi api, CancellationToken cancel)
    {
        Launch();
        if (!await Readiness.Wait(api, StartLimit, () => !process!.HasExited, cancel))
            throw new InvalidOperationException(process!.HasExited ? $"The shop ended with code {process.ExitCode}." : "The shop did not become ready.");
    }

    /// <summary>Begins to start; does not wait until it is ready.</summary>
    /// <param name="crashAt">The crash point, as SHOP_CRASH_AT names it, at which the process is to kill itself.</param>
    public void Launch(string? crashAt = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Shop.WebApi.dll")])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        // Only what is asked for here: not what this process was started with.
        start.Environment.Remove("SHOP_CRASH_AT");
        if (crashAt is not null)
            start.Environment["SHOP_CRASH_AT"] = crashAt;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code; all that it wrote is in <see cref="Log"/>.</returns>
    public async Task<int> Ended(CancellationToken cancel)
    {
        await process!.WaitForExitAsync(cancel);
        var code = process.ExitCode;
        Note($"—— ended with code {code} ——");
        process.Dispose();
        process = null;
        return code;
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task Kill()
    {
        if (process is null)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        Note("—— killed ——");
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync() => await Kill();

    private void Note(string? line)
    {
        if (line is null)
            return;
        log.Enqueue(line);
        while (log.Count > LogLinesKept)
            log.TryDequeue(out _);
    }
}
