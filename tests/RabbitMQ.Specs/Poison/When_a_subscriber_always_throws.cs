using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Poison;

public sealed class When_a_subscriber_always_throws : BrokerSpec
{
    [Fact]
    public async Task Should_put_the_message_aside_with_the_reason_and_go_on()
    {
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.MaxEventDeliveryTime) = (1, TimeSpan.FromSeconds(1)));
        using var measured = new Measurements(silos.Services);
        silos.Audience.Refuse("poison");
        await silos.Publish("a", "poison");
        await silos.Publish("a", "next");
        await silos.Publish("b", "neighbour");
        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
        await Host.Management.AllAreEmpty(except: silos.Parts.Names.DeadLetterQueue);

        Assert.Equal([("a", "next"), ("b", "neighbour")], silos.Audience.Heard.Order());
        Assert.Equal(("b", "neighbour"), silos.Audience.Heard[0]);
        var letter = Assert.Single(await silos.DeadLetters.List());
        Assert.Contains("I will not hear poison.", letter.Reason, StringComparison.Ordinal);
        Assert.Contains(nameof(InvalidOperationException), letter.Exception, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(letter.Subscription, out _), $"'{letter.Subscription}' is no subscription.");
        // How often it is offered within a second is the machine's business; in a batch with others it was no attempt of its own.
        Assert.InRange(letter.Attempts, 1, silos.Audience.Offered.Count(note => note.Id == "poison"));
        Assert.Equal(letter.Attempts > 1, letter.FirstFailure < letter.LastFailure);
        Assert.Equal(StreamId.Create(Listener.Namespace, "a"), letter.Stream);
        Assert.Equal((silos.Parts.Names.Exchange, "0", silos.Parts.Names.Queue(0)), (letter.Exchange, letter.RoutingKey, letter.Queue));
        Assert.Equal(OrleansWireFormat.ContentType, letter.ContentType);
        Assert.Equal(1, measured["dead_lettered.failed"]);
    }

    [Fact]
    public async Task Should_put_aside_only_the_message_that_is_to_blame_of_a_batch()
    {
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.MaxEventDeliveryTime) = (1, TimeSpan.FromSeconds(1)));
        using var measured = new Measurements(silos.Services);
        var gate = silos.Audience.Hold((_, _) => true);
        await silos.Publish("a", "before");
        await Eventually.Is(() => silos.Audience.Offered.Count == 1);
        // While it is held, the next ones gather into one batch.
        foreach (var id in new[] { "1", "2", "poison", "4", "5" })
            await silos.Publish("a", id);
        await Eventually.Is(() => measured.Look("unanswered") == 6);
        silos.Audience.Refuse("poison");
        gate.SetResult();

        await Eventually.Is(() => silos.Audience.Ids.Contains("5"));
        await Host.Management.AllAreEmpty(except: silos.Parts.Names.DeadLetterQueue);
        Assert.Equal(["before", "1", "2", "4", "5"], silos.Audience.Ids.Distinct());
        var letter = Assert.Single(await silos.DeadLetters.List());
        Assert.Contains("poison", letter.Reason, StringComparison.Ordinal);
        Assert.True(silos.Audience.Ids.Count(id => id == "1") > 1);
    }

    [Fact]
    public async Task Should_deliver_the_message_once_more_when_it_is_replayed()
    {
        await using var silos = await Silos.Start(Url, options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(0.5));
        silos.Audience.Refuse("poison");
        await silos.Publish("a", "poison");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        var letter = Assert.Single(await silos.DeadLetters.List());
        silos.Audience.Relent();
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay(letter.Id));

        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await Host.Management.AllAreEmpty();
    }

    [Fact]
    public async Task Should_put_the_replay_aside_again_when_it_is_refused_again()
    {
        await using var silos = await Silos.Start(Url, options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(0.5));
        silos.Audience.Refuse("poison");
        await silos.Publish("a", "poison");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        var letter = Assert.Single(await silos.DeadLetters.List());
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay(letter.Id));

        await Eventually.Is(async () => (await silos.DeadLetters.List()) is [{ Replays: 1 }]);
        Assert.Equal(letter.Id, Assert.Single(await silos.DeadLetters.List()).Id);
    }
}
