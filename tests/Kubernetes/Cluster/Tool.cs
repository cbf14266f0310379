using System.Diagnostics;

namespace Kubernetes.Cluster;

/// <summary>A program that is started and waited for.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <returns>What it printed. An exit code other than 0 is an error with all that it said.</returns>
    public static async Task<string> Run(string program, IEnumerable<string> arguments, CancellationToken cancel, string? input = null)
    {
        var (code, output, errors) = await Try(program, arguments, cancel, input);
        return code == 0 ? output : throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {code}:\n{output}{errors}");
    }

    /// <returns>How it ended, and what it printed.</returns>
    public static async Task<(int Code, string Output, string Errors)> Try(string program, IEnumerable<string> arguments, CancellationToken cancel, string? input = null)
    {
        using var process = Start(program, arguments, input is not null);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
                process.StandardInput.Close();
            }

            await process.WaitForExitAsync(cancel).WaitAsync(Limit, cancel);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>One that goes on until it is killed.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, bool hasInput = false) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = KubernetesSettings.Repository,
            RedirectStandardInput = hasInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
