using System.Diagnostics;

namespace Kubernetes.Cluster;

/// <summary>A program that is started and waited for.</summary>
internal static class Tool
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(15);

    /// <returns>What it printed.</returns>
    /// <exception cref="ToolFailed">Its exit code was not 0.</exception>
    public static async Task<string> Run(string program, IEnumerable<string> arguments, CancellationToken cancel, string? input = null, TimeSpan? limit = null)
    {
        var (code, output, errors) = await Try(program, arguments, cancel, input, limit);
        return code == 0 ? output : throw new ToolFailed($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {code}:\n{output}{errors}");
    }

    /// <returns>How it ended, and what it printed.</returns>
    /// <exception cref="TimeoutException">It went on longer than its limit, usually 15 minutes, and was killed.</exception>
    public static async Task<(int Code, string Output, string Errors)> Try(
        string program, IEnumerable<string> arguments, CancellationToken cancel, string? input = null, TimeSpan? limit = null)
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

            await process.WaitForExitAsync(cancel).WaitAsync(limit ?? UsualLimit, cancel);
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

/// <summary>A program ended with an exit code other than 0; the message has all that it said.</summary>
internal sealed class ToolFailed(string message) : Exception(message);
