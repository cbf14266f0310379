using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Shop.WebApi.Specs.Events.ForeignClient;

/// <summary>A program of the foreign client: Node, and nothing of ours. What it prints is all that is known of it.</summary>
internal sealed class NodeProgram : IDisposable
{
    private static readonly Lazy<string> Folder = new(Install);

    private readonly Process process;
    private readonly ConcurrentQueue<string> printed = new();
    private readonly ConcurrentQueue<string> complaints = new();

    private NodeProgram(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data, printed);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, complaints);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public IEnumerable<string> Printed => printed;

    /// <summary>Its lines that are JSON.</summary>
    public IEnumerable<JsonElement> Events => printed.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement);

    public static NodeProgram Start(string program, params string[] words) =>
        new(Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder.Value, program), .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Until it has ended well.</summary>
    public async Task Ended()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, string.Join('\n', complaints));
    }

    /// <summary>Until it has printed what is wanted.</summary>
    public async Task<T> Until<T>(Func<IEnumerable<JsonElement>, T?> find, string what) where T : struct
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            if (find(Events) is { } found)
                return found;

            Assert.False(limit.IsCancellationRequested || process.HasExited, $"Not printed: {what}. {string.Join('\n', printed.Concat(complaints))}");
            await ticks.WaitForNextTickAsync();
        }
    }

    public Task Watches() => Until(_ => printed.Contains("watching") ? true : (bool?)null, "watching");

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static void Keep(string? line, ConcurrentQueue<string> lines)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    /// <summary>What npm brings is checked against the lock file, and never lies in the repository.</summary>
    private static string Install()
    {
        var folder = Directory.CreateTempSubdirectory("foreign-client-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Events", "ForeignClient")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var complaints = npm.StandardError.ReadToEndAsync();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        return npm.ExitCode == 0 ? folder : throw new InvalidOperationException($"npm cannot install the foreign client: {complaints.GetAwaiter().GetResult()}");
    }
}
