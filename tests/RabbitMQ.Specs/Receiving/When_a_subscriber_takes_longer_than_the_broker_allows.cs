using Testing.Servers;

namespace RabbitMq.Specs.Receiving;

/// <summary>The broker's consumer_timeout: half an hour by default, here a second.</summary>
[Collection("A broker of its own")]
public sealed class When_a_subscriber_takes_longer_than_the_broker_allows : IDisposable
{
    private readonly RabbitServer _server = RabbitServer.StartOwn();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Should_open_another_channel_and_lose_and_repeat_nothing()
    {
        _server.Evaluate("application:set_env(rabbit, consumer_timeout, 1000)");
        _server.Evaluate("application:set_env(rabbit, channel_tick_interval, 200)");
        var log = new LogLines();
        await using var silos = await Silos.Start(_server.Url, options => options.QueueCount = 1, and: silo => log.Hear(silo));
        using var measured = new Measurements(silos.Services);
        var gate = silos.Audience.Hold((stream, _) => stream == "slow");
        await silos.Publish("slow", "1", "2");
        await Eventually.Is(() => measured["redelivered.adopted"] >= 1);
        await silos.Publish("quick", "3");
        await Eventually.Is(() => silos.Audience.Ids.Contains("3"));
        gate.SetResult();

        await Eventually.Is(() => silos.Audience.Heard.Count == 3 && measured.Look("unanswered") == 0);
        Assert.Contains(log.All, line => line.Contains("PRECONDITION_FAILED", StringComparison.Ordinal));
        Assert.Equal(3, silos.Audience.Offered.Count);
    }
}
