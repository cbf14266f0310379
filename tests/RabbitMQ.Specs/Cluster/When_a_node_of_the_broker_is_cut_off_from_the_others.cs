using Testing.Servers;

namespace RabbitMq.Specs.Cluster;

public sealed class When_a_node_of_the_broker_is_cut_off_from_the_others(ThreeNodes three, ITestOutputHelper output) : ClusterSpec(three, output)
{
    [Fact]
    public async Task Should_go_on_with_the_majority_and_lose_no_event_that_was_confirmed()
    {
        var leader = await Leader();
        Cluster.CutOff(leader);
        try
        {
            Note($"cut off {leader.Node}, which led the queues");
            await GoOn();
            Note("going on with two");
            Assert.True(Reconnects > 0);
            AssertIsApart(leader);
            // It pauses, as the minority, until it meets the others again.
            Assert.Equal("false", leader.Evaluate("rabbit:is_running()"));
        }
        finally
        {
            Cluster.Heal(leader);
        }

        await Keep(members: 3);
        Note("three again");
        await GoOn();
        await NothingIsLost();
    }

    private void AssertIsApart(RabbitServer node)
    {
        Assert.Equal("[]", node.Evaluate("nodes()"));
        Assert.All(Cluster.Others(node), other => Assert.DoesNotContain(node.Node, other.Evaluate("nodes()"), StringComparison.Ordinal));
    }
}
