using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RabbitMq.Specs.Poison;

public sealed class When_a_message_cannot_be_put_aside : BrokerSpec
{
    [Fact]
    public async Task Should_keep_it_in_its_queue_until_there_is_room()
    {
        var log = new LogLines();
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.DeadLetterMaxLength) = (1, 1), and: silo => log.Hear(silo));
        await using var stranger = await Reader.Open(Url);
        // A full queue takes a little more than its length, so it is filled until it refuses.
        await Assert.ThrowsAsync<PublishException>(async () =>
        {
            for (var i = 0; i < 1_000; i++)
                await stranger.Publish(silos.Parts.Names.DeadLetterExchange, new BasicProperties { MessageId = "filler" }, [1]);
        });
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties { MessageId = "bad" }, [2]);
        await silos.Publish("a", "next");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await Eventually.Is(() => log.All.Any(line => line.Contains("cannot be made a dead letter", StringComparison.Ordinal)));
        await Host.Management.Has(silos.Parts.Names.Queue(0), 1);

        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Discard("filler"));
        await Eventually.Is(async () => await silos.DeadLetters.List() is [{ Id: "bad" }]);
        await Host.Management.AllAreEmpty(except: silos.Parts.Names.DeadLetterQueue);
    }

    [Fact]
    public async Task Should_keep_it_in_its_queue_until_there_are_dead_letters_again()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        await using var stranger = await Reader.Open(Url);
        await Host.Management.DeleteQueue(silos.Parts.Names.DeadLetterQueue);
        await Host.Management.DeleteExchange(silos.Parts.Names.DeadLetterExchange);
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties { MessageId = "bad" }, [1]);

        // A missing exchange ends the channel; whoever opens another declares it again.
        await Eventually.Is(async () => (await Host.Management.Queue(silos.Parts.Names.DeadLetterQueue))?.Messages == 1);
        await Host.Management.AllAreEmpty(except: silos.Parts.Names.DeadLetterQueue);
        await silos.Publish("a", "next");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
    }

    [Fact]
    public async Task Should_have_it_aside_and_perhaps_twice_when_the_receiver_dies_before_it_has_acknowledged_it()
    {
        await using var silos = await Silos.Start(UrlBehindProxy, options => options.QueueCount = 1);
        await using var stranger = await Reader.Open(Url);
        var lost = Proxy.CutBefore("\0<\0P", 0);
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties { MessageId = "bad" }, [1]);
        await lost.Soon();
        Proxy.Refuses = true;
        Proxy.CutAll();
        await Host.Management.Has(silos.Parts.Names.Queue(0), 1);
        await Host.Management.Has(silos.Parts.Names.DeadLetterQueue, 1);

        Proxy.Refuses = false;
        await Host.Management.Has(silos.Parts.Names.Queue(0), 0);
        await Host.Management.Has(silos.Parts.Names.DeadLetterQueue, 2);
        // Whoever deals with it deals with both.
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Discard("bad"));
        await Host.Management.AllAreEmpty();
    }
}
