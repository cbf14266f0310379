using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Machine;

namespace Chaos.Releases;

/// <summary>A silo's or the API's place in a cluster, with its ports: processes of one release after the other have it.</summary>
internal sealed class ReleaseProcess : IAsyncDisposable
{
    private const int LogLinesShown = 25;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(35);

    private readonly ConcurrentQueue<string> log = new();
    private readonly Func<Release, string> program;
    private readonly Dictionary<string, string> settings;
    private Process? process;

    /// <param name="name">In reports.</param>
    /// <param name="program">Which one of a release.</param>
    /// <param name="settings">As environment variables.</param>
    public ReleaseProcess(string name, Func<Release, string> program, IReadOnlyDictionary<string, string> settings)
    {
        (Name, this.program) = (name, program);
        var ports = FreePorts.Take(3);
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[0]}"));
        this.settings = new(settings)
        {
            ["ASPNETCORE_URLS"] = Url.ToString(),
            ["Orleans__SiloPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["Orleans__GatewayPort"] = ports[2].ToString(CultureInfo.InvariantCulture),
        };
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <summary>All that its processes have said.</summary>
    public string Log => string.Join('\n', log);

    public string LastWords => $"—— {Name}\n{string.Join('\n', log.TakeLast(LogLinesShown))}";

    /// <summary>Runs a command of a silo to its end.</summary>
    public static async Task<(int Code, string Output)> Run(Release release, string command, IReadOnlyDictionary<string, string> settings, CancellationToken cancel)
    {
        using var run = Process.Start(StartOf(release.Silo, settings, command))!;
        try
        {
            var (output, complaints) = (run.StandardOutput.ReadToEndAsync(cancel), run.StandardError.ReadToEndAsync(cancel));
            await run.WaitForExitAsync(cancel).WaitAsync(ReadyLimit, cancel);
            return (run.ExitCode, (await output + await complaints).Trim());
        }
        finally
        {
            if (!run.HasExited)
                run.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Begins to start it; does not wait until it is ready.</summary>
    public void Launch(Release release)
    {
        log.Enqueue($"—— {release.Name} ——");
        process = Process.Start(StartOf(program(release), settings))!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public async Task Ready(CancellationToken cancel)
    {
        using var api = new ShopApi(Url);
        if (!await Readiness.Wait(api, ReadyLimit, () => !process!.HasExited, cancel))
            Assert.Fail($"{Name} {(process!.HasExited ? $"ended with code {process.ExitCode}" : "did not become ready")}:\n{LastWords}");
    }

    public Task Start(Release release, CancellationToken cancel)
    {
        Launch(release);
        return Ready(cancel);
    }

    /// <summary>SIGTERM: it ends in good order, or the spec fails.</summary>
    public async Task Stop(CancellationToken cancel)
    {
        using (var kill = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(cancel);
        await process.WaitForExitAsync(cancel).WaitAsync(StopLimit, cancel);
        Assert.True(process.ExitCode == 0, $"{Name} was asked to stop, and ended with code {process.ExitCode}:\n{LastWords}");
        process.Dispose();
        process = null;
    }

    public async Task Replace(Release release, CancellationToken cancel)
    {
        await Stop(cancel);
        await Start(release, cancel);
    }

    /// <summary>What is still there at the end is of no use to anybody.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    private static ProcessStartInfo StartOf(string program, IReadOnlyDictionary<string, string> settings, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. words])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }

    private void Note(string? line)
    {
        if (line is not null)
            log.Enqueue(line);
    }
}
