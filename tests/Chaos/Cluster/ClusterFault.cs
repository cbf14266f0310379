using System.Globalization;

namespace Chaos.Cluster;

/// <summary>One thing that goes wrong with a part of a cluster.</summary>
/// <param name="Name">As reports have it.</param>
/// <param name="Target">How soon orders shall flow again; of a rolling restart, how long they may pause. Reports compare, specs do not. Null: none was set.</param>
/// <param name="Strike">Ends when that part is there again, if it comes back by itself or at once.</param>
/// <param name="Heal">What an operator does later, when orders flow again without that part; null: nothing.</param>
internal sealed record ClusterFault(
    string Name,
    TimeSpan? Target,
    Func<RunningCluster, string, CancellationToken, Task> Strike,
    Func<RunningCluster, string, CancellationToken, Task>? Heal = null)
{
    /// <summary>Longer than it takes until the others have declared it dead.</summary>
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan EndsItself = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<ClusterFault> All { get; } =
    [
        new("silo killed", TimeSpan.FromSeconds(15), (cluster, silo, cancel) => cluster.Kill(silo, cancel), (cluster, silo, cancel) => cluster.Start(silo, cancel)),
        new("API killed", null, (cluster, _, cancel) => KillAndStart(cluster, RunningCluster.Api, cancel)),
        new("database killed", TimeSpan.FromSeconds(10), (cluster, _, cancel) => KillAndStart(cluster, RunningCluster.Postgres, cancel)),
        new("broker killed", TimeSpan.FromSeconds(20), (cluster, _, cancel) => KillAndStart(cluster, RunningCluster.RabbitMq, cancel)),
        new("silo frozen", null, Freeze),
        new("rolling restart", TimeSpan.FromSeconds(2), async (cluster, _, cancel) =>
        {
            foreach (var each in RunningCluster.SiloNames)
            {
                await cluster.Stop(each, cancel);
                await cluster.Start(each, cancel);
            }
        }),
    ];

    /// <summary>The silo that is hit, when one is.</summary>
    public static string AnySilo(Random random) => random.Next(1, RunningCluster.Silos + 1).ToString(CultureInfo.InvariantCulture);

    private static async Task KillAndStart(RunningCluster cluster, string name, CancellationToken cancel)
    {
        await cluster.Kill(name, cancel);
        await cluster.Start(name, cancel);
    }

    /// <summary>It goes on as if nothing had been, while others have its grains; it has to find out and end itself, and whoever runs it starts it again.</summary>
    private static async Task Freeze(RunningCluster cluster, string silo, CancellationToken cancel)
    {
        var zombie = cluster.ProcessOf(silo);
        cluster.ExpectEnd(silo);
        await cluster.Pause(silo, cancel);
        try
        {
            // Not a wait for anything: this is the fault.
            using var frozen = new PeriodicTimer(Frozen);
            await frozen.WaitForNextTickAsync(cancel);
        }
        finally
        {
            await cluster.Continue(silo, CancellationToken.None);
        }

        await Wait.Until(
            () => cluster.ProcessOf(silo) is { } now && now != zombie, EndsItself,
            () => $"silo {silo} was declared dead, and goes on {EndsItself} after it awoke", cancel);

        // Waits until it is ready.
        await cluster.Start(silo, cancel);
    }
}
