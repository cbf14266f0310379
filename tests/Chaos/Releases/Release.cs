using System.Diagnostics;
using Chaos.Cluster;

namespace Chaos.Releases;

/// <summary>A state of the product whose programs can be started.</summary>
/// <param name="Name">In words.</param>
/// <param name="Folder">Its tree, built.</param>
internal sealed record Release(string Name, string Folder)
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(12);

    /// <summary>What these specs were built with.</summary>
    public static Release Current { get; } = new("new", RunningCluster.Repository);

    public string Silo => ProgramOf("Silo");

    public string Api => ProgramOf("WebApi");

    /// <summary>Built when it is not there yet: needs the repository's history.</summary>
    public static async Task<Release> BuildPrevious(CancellationToken cancel)
    {
        var commit = (await File.ReadAllLinesAsync(Path.Combine(RunningCluster.Repository, "tests", "Chaos", "Releases", "previous-release"), cancel))[0];
        var folder = Path.Combine(RunningCluster.Repository, "artifacts", "releases", commit);
        using var build = Process.Start(new ProcessStartInfo(Path.Combine(RunningCluster.Repository, "scripts", "release"), [commit, folder])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            var complaints = build.StandardError.ReadToEndAsync(cancel);
            await build.WaitForExitAsync(cancel).WaitAsync(BuildLimit, cancel);
            return build.ExitCode == 0 ? new Release("old", folder) : throw new InvalidOperationException((await complaints).Trim());
        }
        finally
        {
            if (!build.HasExited)
                build.Kill(entireProcessTree: true);
        }
    }

    private string ProgramOf(string project) => Path.Combine(Folder, "src", project, "bin", "Release", "net10.0", $"Shop.{project}.dll");
}
