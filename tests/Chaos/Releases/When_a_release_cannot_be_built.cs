using System.Diagnostics;
using Chaos.Cluster;

namespace Chaos.Releases;

public sealed class When_a_release_cannot_be_built
{
    /// <summary>As in a clone without history: specs that need another release fail, and say why.</summary>
    [Fact]
    public async Task Should_say_in_one_line_that_the_history_is_missing()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Path.Combine(Path.GetTempPath(), $"release-{Guid.NewGuid():N}");
        using var build = Process.Start(new ProcessStartInfo(Path.Combine(RunningCluster.Repository, "scripts", "release"), ["0123456789abcdef", folder]) { RedirectStandardError = true })!;
        var complaints = await build.StandardError.ReadToEndAsync(cancel);
        await build.WaitForExitAsync(cancel);

        Assert.Equal(1, build.ExitCode);
        Assert.StartsWith("scripts/release: the commit 0123456789abcdef is not here", Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }
}
