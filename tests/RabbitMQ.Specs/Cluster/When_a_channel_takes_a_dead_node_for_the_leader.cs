using Orleans.Streams.RabbitMQ;
using Testing.Servers;

namespace RabbitMq.Specs.Cluster;

/// <summary>What a node of RabbitMQ 3.10 believes for a moment after the leader of a queue has died, held fast.</summary>
[Collection(ThreeNodes.Name)]
public sealed class When_a_channel_takes_a_dead_node_for_the_leader(ThreeNodes three)
{
    [Fact]
    public async Task Should_publish_over_another_channel_as_soon_as_the_broker_knows_the_new_leader()
    {
        var (alive, dead) = (three.Cluster.Nodes[0], three.Cluster.Nodes[1]);
        await using var host = await alive.NewVirtualHost();
        await using var sender = new Sender(host.At([alive]), options => options.InitialGroupSize = 3);
        // A queue that looks after itself every few seconds would put right what is made wrong below.
        alive.Evaluate("application:set_env(rabbit, quorum_tick_interval, 600000)");
        await sender.Parts.FindFault(default); // Declares the queues.
        alive.Evaluate("application:unset_env(rabbit, quorum_tick_interval)");
        alive.WriteListOfQuorumQueues();
        dead.Kill();
        try
        {
            Name(dead);
            await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("refused").Soon());
            await sender.Publish("elsewhere", partition: 1).Soon();

            Name(alive);
            await Eventually.Is(IsTaken);
        }
        finally
        {
            dead.Start();
        }

        void Name(RabbitServer leader) => alive.Evaluate(
            $"rabbit_misc:execute_mnesia_transaction(fun() -> rabbit_amqqueue:update(rabbit_misc:r(<<\"{host.Name}\">>, queue, <<\"specs.sender.0\">>), "
            + $"fun(Q) -> {{Name, _}} = amqqueue:get_pid(Q), amqqueue:set_pid(Q, {{Name, '{leader.Node}'}}) end) end)");

        async Task<bool> IsTaken()
        {
            try
            {
                await sender.Publish("taken").Soon();
                return true;
            }
            catch (RabbitMqPublishException)
            {
                return false;
            }
        }
    }
}
