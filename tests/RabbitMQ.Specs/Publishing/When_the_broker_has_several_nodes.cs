using Testing.Servers;

namespace RabbitMq.Specs.Publishing;

public sealed class When_the_broker_has_several_nodes : BrokerSpec
{
    private const int Rounds = 8;

    [Fact]
    public async Task Should_go_to_another_one_than_that_it_was_cut_from()
    {
        using var another = new CutProxy(RabbitServer.Shared.Port);
        CutProxy[] nodes = [Proxy, another];
        await using var sender = new Sender($"{UrlBehindProxy},{Host.Through(another.Port)}");
        await sender.Publish("first").Soon();
        for (var round = 0; round < Rounds; round++)
        {
            var left = nodes.Single(node => node.Connections > 0);
            left.CutAll();
            await sender.Publish($"{round}").Soon();
            await Eventually.Is(() => left.Connections == 0);
            Assert.Equal(1, nodes.Single(node => node != left).Connections);
        }
    }
}
