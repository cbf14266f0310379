namespace RabbitMq.Specs.Soak;

public sealed class When_connections_break_again_and_again(ITestOutputHelper output) : BrokerSpec
{
    private const int Reconnects = 100;

    [Fact]
    public async Task Should_account_for_every_message_and_leak_no_connection_channel_or_tag()
    {
        await using var silos = await Silos.Start(UrlBehindProxy, options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(5));
        using var measured = new Measurements(silos.Services);
        await using var load = new Load(silos.StreamProvider, streams: 6, TimeSpan.FromMilliseconds(2));
        await Eventually.Is(() => silos.Audience.Heard.Count > 100);
        // One connection to publish, one to receive; a channel for each of the two queues.
        await Eventually.Is(async () => (await Host.Management.Connections(), await Host.Management.Channels()) == (2, 3));

        for (var cut = 0; cut < Reconnects; cut++)
        {
            var (before, made) = (silos.Audience.Heard.Count, measured["reconnects"]);
            Proxy.CutAll();
            await Eventually.Is(() => measured["reconnects"] >= made + 1 && silos.Audience.Heard.Count > before);
        }

        await load.End();
        await Host.Management.AllAreEmpty();
        await Eventually.Is(() => load.Ids.All(silos.Audience.Ids.ToHashSet().Contains));
        Assert.Equal(0, await silos.DeadLetters.Count());
        load.Account(silos.Audience, deadLetters: []);
        await Eventually.Is(async () => (await Host.Management.Connections(), await Host.Management.Channels()) == (2, 3));
        Assert.Equal(0, measured.Look("unanswered"));
        output.WriteLine($"{load.Count} published, {silos.Audience.Heard.Count} heard, {measured["redelivered.adopted"]} adopted, {measured["redelivered.done"]} done, {measured["redelivered.again"]} again, {measured["reconnects"]} reconnects");
    }
}
