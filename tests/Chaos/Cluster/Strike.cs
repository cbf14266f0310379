using System.Diagnostics;

namespace Chaos.Cluster;

/// <summary>One fault while it happens: what it does to the cluster, and the moments from which its consequences count.</summary>
/// <param name="cluster">What it happens to.</param>
/// <param name="silo">The silo that is hit, when one is.</param>
/// <param name="cancel">Nothing more of it shall happen.</param>
internal sealed class Strike(RunningCluster cluster, string silo, CancellationToken cancel)
{
    public RunningCluster Cluster => cluster;

    public string Silo => silo;

    public CancellationToken Cancel => cancel;

    /// <summary>No signal can have been sent before: times count from here.</summary>
    public long Begun { get; } = Stopwatch.GetTimestamp();

    /// <summary>The first signal had been sent for certain: orders that came later were served in spite of it. Null: none was sent.</summary>
    public long? Struck { get; private set; }

    public Task Kill(string name) => Hit(cluster.Kill(name, cancel));

    public Task Stop(string name) => Hit(cluster.Stop(name, cancel));

    public Task Pause(string name) => Hit(cluster.Pause(name, cancel));

    /// <summary>Nobody is to be left paused, not even when nothing more shall happen.</summary>
    public Task Continue(string name) => cluster.Continue(name, CancellationToken.None);

    /// <summary>Waits until it is ready.</summary>
    public Task Start(string name) => cluster.Start(name, cancel);

    private async Task Hit(Task signal)
    {
        await signal;
        Struck ??= Stopwatch.GetTimestamp();
    }
}
