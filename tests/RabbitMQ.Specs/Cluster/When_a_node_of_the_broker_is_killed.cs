namespace RabbitMq.Specs.Cluster;

public sealed class When_a_node_of_the_broker_is_killed(ThreeNodes three, ITestOutputHelper output) : ClusterSpec(three, output)
{
    [Fact]
    public async Task Should_go_on_with_the_other_two_and_lose_no_event_that_was_confirmed()
    {
        var leader = await Leader();
        leader.Kill();
        Note($"killed {leader.Node}, which led the queues");
        await GoOn();
        Note("going on with two");
        Assert.True(Reconnects > 0);

        leader.Start();
        await Keep(members: 3);
        Note("three again");
        await GoOn();
        await NothingIsLost();
    }
}
