using System.Diagnostics;

namespace Testing.Packaging;

/// <summary>A program that is started and waited for.</summary>
internal static class Command
{
    // A first restore on a busy machine is slow.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <returns>What it printed. Fails when its exit code is not 0.</returns>
    public static async Task<string> Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        var printed = await output;
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{printed}\n{await errors}");
        return printed;
    }
}
