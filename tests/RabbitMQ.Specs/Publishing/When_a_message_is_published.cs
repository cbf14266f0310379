using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Publishing;

public sealed class When_a_message_is_published : BrokerSpec
{
    [Fact]
    public async Task Should_be_in_its_queue_when_the_call_ends()
    {
        await using var sender = new Sender(Url);
        await sender.Publish("one", partition: 1).Soon();

        await using var reader = await Reader.Open(Url);
        var message = Assert.Single(await reader.Drain("specs.sender.1"));
        Assert.Equal("one", message.Properties.MessageId);
        Assert.Equal(RabbitMQ.Client.DeliveryModes.Persistent, message.Properties.DeliveryMode);
    }

    [Fact]
    public async Task Should_keep_the_order_of_a_burst_of_1000_callers_and_never_have_more_in_flight_than_allowed()
    {
        await using var sender = new Sender(Url, options => options.MaxInFlight = 16);
        var calls = Enumerable.Range(0, 1_000).Select(i => sender.Publish($"{i}")).ToList();
        var most = 0;
        while (!calls.TrueForAll(call => call.IsCompleted))
        {
            most = Math.Max(most, sender.Parts.Publisher.InFlight);
            await Task.WhenAny(calls.Where(call => !call.IsCompleted).Take(1)).Soon();
        }

        await Task.WhenAll(calls);
        Assert.InRange(most, 1, 16);
        await using var reader = await Reader.Open(Url);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"), await reader.DrainIds("specs.sender.0"));
    }

    [Fact]
    public async Task Should_say_that_no_queue_takes_it_and_that_it_is_not_stored()
    {
        await using var sender = new Sender(Url);
        var good = Enumerable.Range(0, 50).Select(i => sender.Publish($"{i}")).ToList();
        var refused = await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("astray", partition: 77).Soon());
        await Task.WhenAll(good).Soon();

        Assert.False(refused.MayBeStored);
        Assert.Contains("NO_ROUTE", refused.Message, StringComparison.Ordinal);
        Assert.Contains("77", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_declare_an_exchange_that_somebody_has_deleted()
    {
        await using var sender = new Sender(Url);
        await sender.Publish("before").Soon();
        await using var reader = await Reader.Open(Url);
        await reader.Channel.ExchangeDeleteAsync(sender.Parts.Names.Exchange);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sender.Publish($"{i}"))).Soon();

        var ids = await reader.DrainIds("specs.sender.0");
        Assert.Equal(["before", .. Enumerable.Range(0, 20).Select(i => $"{i}")], ids.Distinct());
    }

    [Fact]
    public async Task Should_say_that_the_exchange_is_missing_when_it_may_not_declare_it()
    {
        await using var sender = new Sender(Url, options => (options.DeclareTopology, options.PublishTimeout) = (false, TimeSpan.FromSeconds(1.5)));
        var failed = await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("lost").Soon());
        Assert.Contains("no exchange 'specs.sender'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_that_a_full_queue_refuses_it_and_go_on_when_there_is_room()
    {
        await using var sender = new Sender(Url, options => options.MaxLength = 10);
        var calls = new List<Task>();
        // The broker counts a little later than it confirms.
        while (!calls.Exists(call => call.IsFaulted))
        {
            Assert.True(calls.Count < 5_000, "The queue has no limit.");
            calls.Add(sender.Publish($"{calls.Count}"));
            await Task.WhenAny(calls[^1]).Soon();
        }

        var stored = calls.Select((call, i) => (call, i)).Where(pair => pair.call.IsCompletedSuccessfully).Select(pair => (string?)$"{pair.i}").ToList();
        var refused = calls.Where(call => call.IsFaulted).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, call => Assert.IsType<RabbitMqPublishException>(call.Exception!.InnerException));
        await using var reader = await Reader.Open(Url);
        Assert.Equal(stored, await reader.DrainIds("specs.sender.0"));

        await Eventually.Is(async () =>
        {
            try
            {
                await sender.Publish("room").Soon();
                return true;
            }
            catch (RabbitMqPublishException)
            {
                return false;
            }
        });
    }

    [Theory]
    [InlineData("message id")]
    [InlineData("headers")]
    public async Task Should_refuse_what_AMQP_cannot_carry_before_it_is_sent(string what)
    {
        await using var sender = new Sender(Url);
        var properties = new RabbitMQ.Client.BasicProperties();
        if (what == "headers")
            properties.Headers = new Dictionary<string, object?> { ["long"] = new string('x', 70_000) };
        else
            properties.MessageId = new string('x', 256);

        var good = sender.Publish("good");
        var refused = await Assert.ThrowsAsync<ArgumentException>(async () => await sender.Parts.Publisher.Publish("specs.sender", "0", true, properties, default));
        await good.Soon();
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
    }
}
