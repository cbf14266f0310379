using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Topology;

/// <summary>So that others can bind queues of their own to what they want to see.</summary>
public sealed class When_a_topic_exchange_is_used : BrokerSpec
{
    private static void Topic(RabbitMqStreamOptions options)
    {
        options.Name = "topic";
        options.ExchangeType = RabbitMqExchangeType.Topic;
        options.WireFormat = _ => new CloudEventsWireFormat(new NoteEvents());
    }

    [Fact]
    public async Task Should_give_outsiders_the_kinds_of_events_that_they_bind_to()
    {
        await using var silos = await Silos.Start(Url, Topic);
        await using var reader = await Reader.Open(Url);
        await reader.Channel.QueueDeclareAsync("outsider", durable: true, exclusive: false, autoDelete: false);
        await reader.Channel.QueueBindAsync("outsider", "topic", $"{Listener.Namespace}.{NoteEvents.Loud}.*");

        await silos.Publish("a", "1");
        await silos.Stream("a").OnNextAsync(new Note("2", "loud")).Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count == 2);

        var seen = Assert.Single(await reader.Drain("outsider"));
        Assert.Equal(("2", NoteEvents.Loud, CloudEventsWireFormat.ContentType), (seen.Properties.MessageId, seen.Properties.Type, seen.Properties.ContentType));
    }

    [Fact]
    public async Task Should_bring_the_silos_only_what_they_subscribe_to_and_confirm_the_rest()
    {
        await using var silos = await Silos.Start(Url, options =>
        {
            Topic(options);
            options.Subscriptions.Add(new RabbitMqSubscription(Listener.Namespace, NoteEvents.Loud));
        });
        await silos.Publish("a", "nobody listens");
        await silos.Stream("a").OnNextAsync(new Note("2", "loud")).Soon();

        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        Assert.Equal(["2"], silos.Audience.Ids);
    }

    [Fact]
    public async Task Should_fail_a_publish_whose_binding_is_missing()
    {
        await using var silos = await Silos.Start(Url, Topic);
        // Each connection declares everything when it opens: both are open when something has arrived.
        await silos.Publish("a", "0");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await using var reader = await Reader.Open(Url);
        foreach (var partition in new[] { 0, 1 })
            await reader.Channel.QueueUnbindAsync(silos.Parts.Names.Queue(partition), "topic", $"#.{partition}");

        var refused = await Assert.ThrowsAsync<RabbitMqPublishException>(() => silos.Stream("a").OnNextAsync(new Note("1")).Soon());
        Assert.False(refused.MayBeStored);
    }
}
