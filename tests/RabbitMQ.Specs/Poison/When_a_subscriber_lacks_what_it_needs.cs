namespace RabbitMq.Specs.Poison;

public sealed class When_a_subscriber_lacks_what_it_needs : BrokerSpec
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(0.3);

    [Fact]
    public async Task Should_deliver_again_for_as_long_as_it_takes_and_blame_no_message()
    {
        await using var silos = await Silos.Start(Url, options =>
            (options.QueueCount, options.MaxEventDeliveryTime, options.IsOutage) = (1, Limit, fault => fault is TimeoutException));
        using var measured = new Measurements(silos.Services);
        silos.Audience.Rule((stream, _) => stream == "a" ? throw new TimeoutException("The database is away.") : Task.CompletedTask);
        foreach (var id in new[] { "1", "2", "3" })
            await silos.Publish("a", id);
        await silos.Publish("b", "neighbour");

        // Far beyond the limit of any other failure, in which each message would have become a dead letter alone.
        var started = TimeProvider.System.GetTimestamp();
        await Eventually.Is(() => TimeProvider.System.GetElapsedTime(started) > 10 * Limit && silos.Audience.Offered.Count(offered => offered.Stream == "a") > 10);
        Assert.Equal([("b", "neighbour")], silos.Audience.Heard);
        Assert.Equal(0, await silos.DeadLetters.Count());

        silos.Audience.Relent();
        await Host.Management.AllAreEmpty();
        Assert.Equal(["1", "2", "3"], silos.Audience.Heard.Where(heard => heard.Stream == "a").Select(heard => heard.Id));
        Assert.Equal(0, measured["dead_lettered.failed"]);
    }

    [Fact]
    public async Task Should_still_put_aside_what_fails_otherwise()
    {
        await using var silos = await Silos.Start(Url, options =>
            (options.QueueCount, options.MaxEventDeliveryTime, options.IsOutage) = (1, Limit, fault => fault is TimeoutException));
        silos.Audience.Refuse("poison");
        await silos.Publish("a", "poison");

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
    }
}
