namespace RabbitMq.Specs.Handoff;

public sealed class When_silos_come_and_go(ITestOutputHelper output) : BrokerSpec
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task Should_lose_nothing_put_nothing_aside_and_keep_the_order_over_25_rolling_restarts()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 4, silos: 2);
        await using var load = new Load(await silos.Client(), streams: 8, Pause);
        for (var restart = 0; restart < 25; restart++)
        {
            var before = silos.Audience.Heard.Count;
            await silos.Cluster.StopSiloAsync(silos.Cluster.Silos[0]).Soon();
            await silos.Cluster.StartAdditionalSiloAsync().Soon();
            await Eventually.Is(() => silos.Audience.Heard.Count > before);
        }

        await load.End();
        await Host.Management.AllAreEmpty();
        Assert.Equal(0, await silos.DeadLetters.Count());
        load.Account(silos.Audience, deadLetters: []);
        output.WriteLine($"{load.Count} published, {silos.Audience.Heard.Count} heard, {silos.Audience.Offered.Count} offered");
    }

    [Fact]
    public async Task Should_share_the_queues_with_silos_that_join_under_load()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 8);
        await using var load = new Load(await silos.Client(), streams: 8, Pause);
        await Eventually.Is(() => silos.Audience.Heard.Count > 100);
        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        var joined = load.Count;
        await Eventually.Is(() => silos.Audience.Heard.Count > joined + 500);
        await load.End();

        await Host.Management.AllAreEmpty();
        Assert.Equal(0, await silos.DeadLetters.Count());
        load.Account(silos.Audience, deadLetters: []);
    }
}
