using Shop.Benches.Load.Api;

namespace Chaos.Cluster;

/// <summary>One cluster for all specs that need one: each leaves it whole. Nothing else runs meanwhile, for their times are measured.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterFixture : ICollectionFixture<ClusterFixture>, IAsyncLifetime
{
    public const string Name = "a cluster";

    /// <summary>Longer than the API itself goes on before it says that it cannot answer.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Far above the targets (reports have the times): a busy machine fails no spec.</summary>
    private const double ServedWithinSeconds = 60;

    internal RunningCluster Cluster { get; private set; } = null!;

    internal ShopApi Api { get; private set; } = null!;

    internal Witness Witness { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await RunningCluster.Start(TestContext.Current.CancellationToken);
        Witness = await Witness.Listen(Cluster, TestContext.Current.CancellationToken);
        Api = new ShopApi(Cluster.Url, RequestTimeout, Cluster.Key);
    }

    /// <summary>Lets orders flow, lets something happen to the cluster, and compares all books afterwards.</summary>
    internal async Task<Judgement> Judge(ITestOutputHelper output, int seed, Func<Ordeal, Random, Task> happens)
    {
        try
        {
            await using var ordeal = await Ordeal.Begin(this, seed, TestContext.Current.CancellationToken);
            await happens(ordeal, new Random(seed));
            var suffered = await ordeal.Measure();
            foreach (var each in suffered)
                output.WriteLine(each.ToString());
            var statuses = await ordeal.Reckon();
            output.WriteLine($"seed {seed}: " + string.Join(", ", statuses.Select(status => $"{status.Value} {status.Key}")));

            Assert.All(suffered, each => Assert.InRange(each.Flow.AllServed, 0, ServedWithinSeconds));
            // Who goes in good order hands over first. That is no matter of time: no request fails, on the slowest machine.
            Assert.All(suffered.Where(each => each.Fault == ClusterFault.RollingRestart), each => Assert.True(each.Flow.FailedAnswers == 0, each.ToString()));
            // Without orders of each kind the run would have proved little.
            Assert.All(["completed", "rejected", "cancelled"], status => Assert.Contains(status, statuses.Keys));
            return new Judgement(suffered, ordeal.Acknowledged, statuses);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            throw new InvalidOperationException($"SHOP_CHAOS_SEED={seed}: {broken.Message}\n{Cluster.LastWords()}", broken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (Witness is not null)
            await Witness.DisposeAsync();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }
}
