using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Testing.Silos;

/// <summary>Kills a silo that lives in the spec's own process.</summary>
internal static class SiloKilling
{
    private const string Directory = "Orleans.Runtime.GrainDirectory.LocalGrainDirectory";

    /// <summary>
    /// Orleans 10.4.2 leaves something behind, which a killed process would not: the silo's directory goes on reading updates of the membership that have ended, and turns round and round
    /// on a processor of its own for as long as the specs run. It is stopped here.
    /// </summary>
    public static async Task Kill(this InProcessTestCluster cluster, InProcessSiloHandle silo)
    {
        var readsUpdates = ReadingOf(silo);
        await cluster.KillSiloAsync(silo);
        await readsUpdates.CancelAsync();
    }

    private static CancellationTokenSource ReadingOf(InProcessSiloHandle silo)
    {
        var type = Assembly.Load("Orleans.Runtime").GetType(Directory, throwOnError: true)!;
        var directory = silo.ServiceProvider.GetRequiredService(type);
        var field = type.GetField("_membershipUpdatesCancellation", BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new InvalidOperationException($"{Directory} has changed: see whether it still goes on after a kill.");
        return (CancellationTokenSource)field.GetValue(directory)!;
    }
}
