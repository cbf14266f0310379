namespace RabbitMq.Specs.Cluster;

public sealed class When_the_nodes_of_the_broker_are_restarted_one_by_one(ThreeNodes three, ITestOutputHelper output) : ClusterSpec(three, output)
{
    [Fact]
    public async Task Should_lose_no_event_that_was_confirmed()
    {
        foreach (var node in Cluster.Nodes)
        {
            // The one before must not take the majority with it.
            Cluster.AwaitQuorumWithout(node);
            node.Stop();
            Note($"stopped {node.Node}");
            await Traffic.GoesOn();
            node.Start();
            Note($"started {node.Node}");
        }

        await Keep(members: 3);
        await GoOn();
        await NothingIsLost();
    }
}
