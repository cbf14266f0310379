using System.Diagnostics;

namespace Chaos.Cluster;

/// <summary>
/// The promise of a cluster: whatever part of it is killed, frozen or replaced while clients order, one thing after the other and in any order, what was
/// acknowledged is kept and nothing happens twice; and orders flow again by themselves. <see cref="ChaosSettings"/> sets another course.
/// </summary>
[Collection(ClusterFixture.Name)]
public sealed class When_parts_of_a_cluster_fail(ClusterFixture shop, ITestOutputHelper output)
{
    /// <summary>Enough for each kind of them.</summary>
    private const int Orders = 150;

    [Fact]
    public async Task Should_keep_what_was_acknowledged_and_go_on()
    {
        var started = Stopwatch.GetTimestamp();
        var judgements = new List<Judgement>();
        do
            judgements.Add(await shop.Judge(output, ChaosSettings.Seed + judgements.Count, Course));
        while (Stopwatch.GetElapsedTime(started).TotalMinutes < ChaosSettings.Minutes);
        if (ChaosSettings.IsReported)
            await ChaosReport.Write(judgements, Stopwatch.GetElapsedTime(started), TestContext.Current.CancellationToken);
    }

    /// <summary>Each fault once, in an order of the seed's.</summary>
    private static async Task Course(Ordeal ordeal, Random random)
    {
        var faults = ChaosSettings.Faults.ToArray();
        random.Shuffle(faults);
        foreach (var fault in faults)
            await ordeal.Strike(fault, ClusterFault.AnySilo(random));
        await ordeal.UntilPlaced(Orders);
    }
}
