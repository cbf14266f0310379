namespace RabbitMq.Specs.Receiving;

public sealed class When_the_connection_is_lost_while_receiving : BrokerSpec
{
    /// <summary>The beginning of a basic.ack on the wire.</summary>
    private const string Acknowledgement = "\0\u003c\0\u0050";

    [Fact]
    public async Task Should_deliver_once_what_was_on_its_way_and_acknowledge_it_on_the_new_channel()
    {
        await using var silos = await Silos.Start(UrlBehindProxy);
        using var measured = new Measurements(silos.Services);
        var gate = silos.Audience.Hold((_, _) => true);
        await silos.Publish("a", "held");
        await Eventually.Is(() => silos.Audience.Offered.Count == 1);
        Proxy.CutAll();
        await Eventually.Is(() => measured["redelivered.adopted"] == 1);
        gate.SetResult();

        await Host.Management.AllAreEmpty();
        Assert.Equal(["held"], silos.Audience.Ids);
        Assert.Single(silos.Audience.Offered);
    }

    [Fact]
    public async Task Should_take_back_a_full_cache()
    {
        await using var silos = await Silos.Start(UrlBehindProxy, options => (options.QueueCount, options.Prefetch) = (1, 16));
        using var measured = new Measurements(silos.Services);
        var gate = silos.Audience.Hold((_, _) => true);
        for (var round = 0; round < 2; round++)
        {
            for (var stream = 0; stream < 20; stream++)
                await silos.Publish($"{stream}", $"{stream}-{round}");
        }

        await Eventually.Is(() => silos.Audience.Offered.Count == 16);
        Proxy.CutAll();
        await Eventually.Is(() => measured["redelivered.adopted"] == 16);
        gate.SetResult();

        await Eventually.Is(() => silos.Audience.Heard.Count >= 40);
        await Host.Management.AllAreEmpty();
        Assert.Equal(40, silos.Audience.Ids.Distinct().Count());
        Assert.Equal(40, silos.Audience.Offered.Count);
    }

    [Fact]
    public async Task Should_not_deliver_again_what_was_delivered_when_its_acknowledgement_is_lost()
    {
        await using var silos = await Silos.Start(UrlBehindProxy);
        using var measured = new Measurements(silos.Services);
        var lost = Proxy.CutBefore(Acknowledgement, 0);
        await silos.Publish("a", "1");
        await lost.Soon();

        await Eventually.Is(() => measured["redelivered.done"] == 1);
        await Host.Management.AllAreEmpty();
        Assert.Single(silos.Audience.Offered);
    }

    [Fact]
    public async Task Should_recover_by_itself_when_a_queue_is_deleted()
    {
        await using var silos = await Silos.Start(Url);
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        foreach (var queue in await Host.Management.Queues())
            await Host.Management.DeleteQueue(queue.Name);

        await Eventually.Is(async () => (await Host.Management.Queues()).Count(queue => queue.Consumers > 0) == 2);
        await silos.Publish("a", "2");
        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
    }
}
