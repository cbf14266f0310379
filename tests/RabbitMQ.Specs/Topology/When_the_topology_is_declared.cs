using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Topology;

public sealed class When_the_topology_is_declared : BrokerSpec
{
    [Fact]
    public async Task Should_be_there_in_full_before_the_first_message()
    {
        await using var sender = new Sender(Url);
        await sender.Publish("one").Soon();

        var queues = (await Host.Management.Queues()).ToDictionary(queue => queue.Name);
        Assert.Equal(["specs.sender.0", "specs.sender.1", "specs.sender.dead-letters"], queues.Keys.Order());
        Assert.All(queues.Values, queue => Assert.Equal("quorum", queue.Type));
        var arguments = queues["specs.sender.1"].Arguments;
        Assert.Equal("true", arguments["x-single-active-consumer"], ignoreCase: true);
        Assert.Equal("specs.sender.dead-letters", arguments["x-dead-letter-exchange"]);
        Assert.Equal("at-least-once", arguments["x-dead-letter-strategy"]);
        Assert.Equal("reject-publish", arguments["x-overflow"]);
        Assert.Equal("100", arguments["x-delivery-limit"]);
        Assert.False(arguments.ContainsKey("x-message-ttl"));
        Assert.False(arguments.ContainsKey("x-max-length"));
        var deadLetters = queues["specs.sender.dead-letters"].Arguments;
        Assert.Equal($"{(long)TimeSpan.FromDays(30).TotalMilliseconds}", deadLetters["x-message-ttl"]);
        Assert.Equal("1000000", deadLetters["x-max-length"]);
        Assert.Equal(
            [("specs.sender", "0", "specs.sender.0"), ("specs.sender", "1", "specs.sender.1"), ("specs.sender.dead-letters", "", "specs.sender.dead-letters")],
            (await Host.Management.Bindings()).Select(binding => (binding.Source, binding.RoutingKey, binding.Destination)).Order());
    }

    [Fact]
    public async Task Should_use_classic_queues_limits_and_a_name_when_told_so()
    {
        await using var sender = new Sender(Url, options =>
        {
            options.Name = "mine";
            options.QueueType = RabbitMqQueueType.Classic;
            options.MessageTimeToLive = TimeSpan.FromHours(1);
            options.MaxLength = 1_000;
            options.MaxLengthBytes = 1_000_000;
            options.DeadLetterTimeToLive = null;
            options.DeadLetterMaxLength = null;
        });
        await sender.Publish("one").Soon();

        var queue = (await Host.Management.Queue("mine.0"))!;
        Assert.Equal("classic", queue.Type);
        Assert.Equal(("3600000", "1000", "1000000"), (queue.Arguments["x-message-ttl"], queue.Arguments["x-max-length"], queue.Arguments["x-max-length-bytes"]));
        Assert.DoesNotContain("x-message-ttl", (await Host.Management.Queue("mine.dead-letters"))!.Arguments.Keys);
    }

    [Fact]
    public async Task Should_name_the_queue_and_the_argument_that_are_different()
    {
        await using (var first = new Sender(Url))
            await first.Publish("one").Soon();

        await using var second = new Sender(Url, options => options.DeliveryLimit = 50);
        var refused = await Assert.ThrowsAsync<RabbitMqTopologyException>(() => second.Parts.Consuming.TryOpen(default).Soon());
        Assert.Contains("specs.sender.0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("x-delivery-limit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_declare_nothing_when_it_may_not()
    {
        await using (var operator_ = new Sender(Url))
            await operator_.Publish("one").Soon();
        await Host.Management.PutUser("poor", "poor");
        await Host.Management.SetPermissions("poor", configure: "^$", write: ".*", read: ".*");
        try
        {
            var asPoor = new UriBuilder(Url) { UserName = "poor", Password = "poor" }.Uri.AbsoluteUri;
            await using var rich = new Sender(asPoor);
            var refused = await Assert.ThrowsAsync<RabbitMqTopologyException>(() => rich.Parts.Consuming.TryOpen(default).Soon());
            Assert.Contains("specs.sender.dead-letters", refused.Message, StringComparison.Ordinal);

            await using var poor = new Sender(asPoor, options => options.DeclareTopology = false);
            await poor.Publish("two").Soon();
        }
        finally
        {
            await Host.Management.DeleteUser("poor");
        }

        await using var reader = await Reader.Open(Url);
        Assert.Equal(["one", "two"], await reader.DrainIds("specs.sender.0"));
    }

    [Fact]
    public async Task Should_be_declared_again_when_a_queue_is_deleted_under_its_consumer()
    {
        await using var silos = await Silos.Start(Url);
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);

        foreach (var partition in new[] { 0, 1 })
            await Host.Management.DeleteQueue(silos.Parts.Names.Queue(partition));
        await Eventually.Is(async () => (await Host.Management.Bindings()).Count == 3);

        await silos.Publish("a", "2");
        await silos.Publish("b", "3");
        await Eventually.Is(() => silos.Audience.Heard.Count == 3);
    }

    [Fact]
    public async Task Should_keep_what_became_a_dead_letter_while_their_exchange_was_missing()
    {
        await using var silos = await Silos.Start(Url, options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(0.5));
        silos.Audience.Refuse("poison");
        await silos.Publish("a", "1");
        await Host.Management.DeleteExchange(silos.Parts.Names.DeadLetterExchange);
        await silos.Publish("a", "poison", "2");

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        await Eventually.Is(() => silos.Audience.Ids.Contains("2"));
    }
}
