using System.Diagnostics;

namespace Helm.Specs.Rendering;

/// <summary>What a program printed, and how it ended.</summary>
internal sealed record Ended(int Code, string Output, string Complaints)
{
    public string Expect() => Code == 0 ? Output : throw new InvalidOperationException($"It ended with code {Code}: {Complaints}{Output}");
}

/// <summary>Programs that <c>scripts/kubernetes-tools install</c> has brought.</summary>
internal static class KubernetesTool
{
    public static readonly string Folder = Repository.At("artifacts", "kubernetes-tools");

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // As many at once as there are processors: Helm parses the chart anew each time.
    private static readonly SemaphoreSlim Turns = new(Math.Max(2, Environment.ProcessorCount));

    public static Task<Ended> Run(string name, params string[] words) => Start(Path.Combine(Folder, "bin", name), words, input: null);

    public static async Task<Ended> Start(string program, string[] words, string? input, TimeSpan? within = null)
    {
        Assert.True(!Path.IsPathRooted(program) || File.Exists(program), $"{program} is missing: scripts/kubernetes-tools install");
        await Turns.WaitAsync();
        try
        {
            var start = new ProcessStartInfo(program, words)
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // No cluster is asked, whatever the caller has at hand.
            start.Environment["KUBECONFIG"] = "/nowhere";
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(within ?? Limit);
            // Its children, too: they hold the pipes that are read here to their end.
            await using var end = limit.Token.Register(() => End(process));
            var output = process.StandardOutput.ReadToEndAsync();
            var complaints = process.StandardError.ReadToEndAsync();
            if (input is not null)
                await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            var ended = new Ended(process.ExitCode, await output, await complaints);
            return limit.IsCancellationRequested ? throw new TimeoutException($"{program} was ended, with all that it had started, after {within ?? Limit}: {ended.Complaints}{ended.Output}") : ended;
        }
        finally
        {
            Turns.Release();
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }
}
