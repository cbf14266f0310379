using Testing.Servers;

namespace RabbitMq.Specs.Cluster;

/// <summary>One cluster for all specs that break one; each leaves it whole. Three brokers are enough for a machine: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ThreeNodes : IAsyncLifetime, ICollectionFixture<ThreeNodes>
{
    public const string Name = "A broker of three nodes";

    public RabbitCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await RabbitCluster.Start();

    public ValueTask DisposeAsync()
    {
        Cluster?.Dispose();
        return ValueTask.CompletedTask;
    }
}
