using System.Globalization;
using Shop.Benches.Load.Shopping;

namespace Chaos.Cluster;

/// <summary>One thing that goes wrong with a part of a cluster.</summary>
/// <param name="Name">As reports have it.</param>
/// <param name="Target">What clients may notice of it. Reports compare, specs do not. Null: none was set.</param>
/// <param name="Happens">Ends when that part is there again, if it comes back by itself or at once.</param>
/// <param name="Heal">What an operator does later, when orders flow again without that part; null: nothing.</param>
internal sealed record ClusterFault(string Name, Target? Target, Func<Strike, Task> Happens, Func<Strike, Task>? Heal = null)
{
    public const string RollingRestart = "rolling restart";

    /// <summary>Longer than it takes until the others have declared it dead.</summary>
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan EndsItself = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<ClusterFault> All { get; } =
    [
        new("silo killed", Target.AllServedWithin(seconds: 15), strike => strike.Kill(strike.Silo), strike => strike.Start(strike.Silo)),
        new("API killed", null, strike => KillAndStart(strike, RunningCluster.Api)),
        new("database killed", Target.AllServedWithin(seconds: 10), strike => KillAndStart(strike, RunningCluster.Postgres)),
        new("broker killed", Target.AllServedWithin(seconds: 20), strike => KillAndStart(strike, RunningCluster.RabbitMq)),
        new("silo frozen", null, Freeze),
        new("stopped while clients hold connections", Target.AllServedWithin(seconds: 5), StopWhileHeld),
        new(RollingRestart, Target.NoPauseOver(seconds: 2), async strike =>
        {
            foreach (var each in RunningCluster.SiloNames)
            {
                await strike.Stop(each);
                await strike.Start(each);
            }
        }),
    ];

    /// <summary>The silo that is hit, when one is.</summary>
    public static string AnySilo(Random random) => random.Next(1, RunningCluster.Silos + 1).ToString(CultureInfo.InvariantCulture);

    private static async Task KillAndStart(Strike strike, string name)
    {
        await strike.Kill(name);
        await strike.Start(name);
    }

    /// <summary>Each is told to stop while there are connections that will never come to an end. To stop it fails unless it ends with 0, in time.</summary>
    private static async Task StopWhileHeld(Strike strike)
    {
        foreach (var name in new[] { RunningCluster.Api, strike.Silo })
        {
            await using var held = await HeldConnections.Open(
                strike.Cluster.UrlOf(name), name == RunningCluster.Api ? strike.Cluster.Key : null, strike.Cluster.SiloPortsOf(name));
            await strike.Stop(name);
            await strike.Start(name);
        }
    }

    /// <summary>It goes on as if nothing had been, while others have its grains; it has to find out and end itself, and whoever runs it starts it again.</summary>
    private static async Task Freeze(Strike strike)
    {
        var (cluster, silo) = (strike.Cluster, strike.Silo);
        var zombie = cluster.ProcessOf(silo);
        cluster.ExpectEnd(silo);
        await strike.Pause(silo);
        try
        {
            // Not a wait for anything: this is the fault.
            using var frozen = new PeriodicTimer(Frozen);
            await frozen.WaitForNextTickAsync(strike.Cancel);
        }
        finally
        {
            await strike.Continue(silo);
        }

        await Wait.Until(
            () => cluster.ProcessOf(silo) is { } now && now != zombie, EndsItself,
            () => $"silo {silo} was declared dead, and goes on {EndsItself} after it awoke", strike.Cancel);

        // Waits until it is ready.
        await strike.Start(silo);
    }
}

/// <summary>What was promised about a fault.</summary>
/// <param name="Words">As reports have it.</param>
/// <param name="IsMet">Whether what clients saw of it keeps the promise.</param>
internal sealed record Target(string Words, Func<FlowDuring, bool> IsMet)
{
    /// <summary>All customers, not the first of them.</summary>
    public static Target AllServedWithin(double seconds) =>
        new(string.Create(CultureInfo.InvariantCulture, $"all served within {seconds} s"), flow => flow.AllServed <= seconds);

    public static Target NoPauseOver(double seconds) =>
        new(string.Create(CultureInfo.InvariantCulture, $"no pause over {seconds} s, no failed request"), flow => flow.LongestPause <= seconds && flow.FailedAnswers == 0);
}
