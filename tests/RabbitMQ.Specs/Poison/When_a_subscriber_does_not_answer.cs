namespace RabbitMq.Specs.Poison;

/// <summary>Orleans says so with a <see cref="TimeoutException"/>: mostly of a silo that is starved or about to be declared dead.</summary>
public sealed class When_a_subscriber_does_not_answer : BrokerSpec
{
    [Fact]
    public async Task Should_deliver_again_for_longer_than_what_blames_the_message()
    {
        var limit = TimeSpan.FromSeconds(0.5);
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.MaxEventDeliveryTime) = (1, limit));
        silos.Audience.Rule((stream, _) => stream == "a" ? throw new TimeoutException("Response did not arrive on time.") : Task.CompletedTask);
        await silos.Publish("a", "healthy");
        await silos.Publish("b", "neighbour");

        var started = TimeProvider.System.GetTimestamp();
        await Eventually.Is(() => TimeProvider.System.GetElapsedTime(started) > 5 * limit && silos.Audience.Ids.Contains("neighbour"));
        Assert.Equal(0, await silos.DeadLetters.Count());

        silos.Audience.Relent();
        await Host.Management.AllAreEmpty();
        Assert.Equal([("b", "neighbour"), ("a", "healthy")], silos.Audience.Heard);
    }

    [Fact]
    public async Task Should_put_aside_what_is_never_answered()
    {
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.MaxEventDeliveryTime) = (1, TimeSpan.FromSeconds(0.1)));
        silos.Audience.Rule((_, note) => note.Id == "hangs" ? throw new TimeoutException("Response did not arrive on time.") : Task.CompletedTask);
        await silos.Publish("a", "hangs");
        await silos.Publish("a", "next");

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        await Eventually.Is(() => silos.Audience.Ids.Contains("next"));
    }
}
