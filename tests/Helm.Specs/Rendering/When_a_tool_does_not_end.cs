using System.Globalization;

namespace Helm.Specs.Rendering;

public sealed class When_a_tool_does_not_end
{
    /// <summary>A program that waits for its child, which holds the same pipes.</summary>
    [Fact]
    public async Task Should_be_ended_with_all_that_it_has_started()
    {
        var folder = Directory.CreateTempSubdirectory("shop-tool-");
        var file = Path.Combine(folder.FullName, "pid");

        await Assert.ThrowsAsync<TimeoutException>(() => KubernetesTool.Start("sh", ["-c", $"sleep 600 & echo $! >'{file}'; wait"], input: null, within: TimeSpan.FromSeconds(2)));

        var child = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        folder.Delete(recursive: true);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (IsAlive(child))
            await ticks.WaitForNextTickAsync(limit.Token);
    }

    // What nobody waits for stays as a zombie where no init takes it.
    private static bool IsAlive(int id) => File.Exists($"/proc/{id}/stat") && File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Trim()[0] != 'Z';
}
