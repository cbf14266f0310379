using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Publishing;

public sealed class When_the_connection_is_lost_while_publishing : BrokerSpec
{
    [Fact]
    public async Task Should_send_again_what_was_not_confirmed_in_order_and_with_the_same_ids()
    {
        await using var sender = new Sender(UrlBehindProxy);
        var calls = new List<Task>();
        for (var i = 0; i < 3_000; i++)
        {
            calls.Add(sender.Publish($"{i}"));
            if (i % 1_000 == 500)
            {
                await calls[i - 400].Soon();
                Proxy.CutAll();
            }
        }

        await Task.WhenAll(calls).Soon();
        await using var reader = await Reader.Open(Url);
        var ids = await reader.DrainIds("specs.sender.0");
        Assert.Equal(Enumerable.Range(0, 3_000).Select(i => $"{i}"), ids.Distinct());
    }

    [Fact]
    public async Task Should_give_up_a_connection_that_brings_no_confirms_and_use_another()
    {
        await using var sender = new Sender(UrlBehindProxy, options => options.ConfirmTimeout = TimeSpan.FromSeconds(1));
        await sender.Publish("before").Soon();
        Proxy.Stall();
        var stuck = sender.Publish("stuck");
        await Eventually.Is(() => sender.Parts.Publisher.InFlight == 1);
        // The connection is given up although TCP is alive; a new one gets through.
        await Eventually.Is(() => sender.Parts.Publisher is { InFlight: 0, Waiting: 1 });
        Proxy.CutAll();
        Proxy.Resume();

        await stuck.Soon();
        await using var reader = await Reader.Open(Url);
        Assert.Equal(["before", "stuck"], (await reader.DrainIds("specs.sender.0")).Distinct());
    }

    [Fact]
    public async Task Should_tell_callers_in_time_that_a_message_may_be_stored()
    {
        await using var sender = new Sender(UrlBehindProxy, options => options.PublishTimeout = TimeSpan.FromSeconds(3));
        await sender.Publish("before").Soon();
        Proxy.Stall();
        var failed = await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("stuck").Soon());
        Assert.True(failed.MayBeStored);
        Proxy.Resume();
    }

    [Fact]
    public async Task Should_say_that_it_is_not_stored_and_forget_it_when_there_is_no_connection()
    {
        Proxy.Refuses = true;
        await using var sender = new Sender(UrlBehindProxy, options => options.PublishTimeout = TimeSpan.FromSeconds(1));
        var calls = Enumerable.Range(0, 100).Select(i => sender.Publish($"{i}")).ToList();
        foreach (var call in calls)
            Assert.False((await Assert.ThrowsAsync<RabbitMqPublishException>(() => call.Soon())).MayBeStored);
        await Eventually.Is(() => sender.Parts.Publisher.Waiting == 0);
    }

    [Fact]
    public async Task Should_fail_what_is_pending_when_it_stops_and_take_nothing_more()
    {
        await using var sender = new Sender(UrlBehindProxy);
        await sender.Publish("before").Soon();
        Proxy.Stall();
        var pending = Enumerable.Range(0, 5).Select(i => sender.Publish($"{i}")).ToList();
        await Eventually.Is(() => sender.Parts.Publisher.InFlight == 5);

        await sender.Parts.Publisher.Stop(TimeSpan.FromMilliseconds(200)).Soon();

        foreach (var call in pending)
            Assert.True((await Assert.ThrowsAsync<RabbitMqPublishException>(() => call.Soon())).MayBeStored);
        Assert.False((await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("late"))).MayBeStored);
    }

    [Fact]
    public async Task Should_let_what_is_pending_be_confirmed_when_it_stops()
    {
        await using var sender = new Sender(UrlBehindProxy);
        var pending = Enumerable.Range(0, 500).Select(i => sender.Publish($"{i}")).ToList();
        await sender.Parts.Publisher.Stop(Limits.Patience).Soon();
        await Task.WhenAll(pending);
    }
}
