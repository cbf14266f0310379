namespace RabbitMq.Specs.Receiving;

public sealed class When_subscribers_are_slow_or_missing : BrokerSpec
{
    [Fact]
    public async Task Should_let_neighbours_of_a_slow_stream_go_on()
    {
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.Prefetch) = (1, 16));
        var gate = silos.Audience.Hold((stream, _) => stream == "slow");
        await silos.Publish("slow", "held");
        for (var i = 0; i < 100; i++)
            await silos.Publish($"quick-{i % 5}", $"{i}");
        await Eventually.Is(() => silos.Audience.Heard.Count == 100);

        // The first message is still unanswered, and all later ones are acknowledged.
        await Host.Management.Has(silos.Parts.Names.Queue(0), 1);
        gate.SetResult();
        await Host.Management.AllAreEmpty();
        Assert.Equal(101, silos.Audience.Ids.Distinct().Count());
    }

    [Fact]
    public async Task Should_acknowledge_and_count_what_nobody_subscribes_to_and_say_so_once()
    {
        var log = new LogLines();
        await using var silos = await Silos.Start(Url, and: silo => log.Hear(silo));
        using var measured = new Measurements(silos.Services);
        for (var i = 0; i < 3; i++)
            await silos.StreamProvider.GetStream<Note>(StreamId.Create("unheard-of", $"{i}")).OnNextAsync(new Note($"{i}"));

        await Eventually.Is(() => measured["unheard"] == 3);
        await Host.Management.AllAreEmpty();
        Assert.Single(log.All, line => line.Contains("Nobody subscribes to streams of the namespace 'unheard-of'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_count_what_a_subscriber_of_another_type_does_not_see()
    {
        await using var silos = await Silos.Start(Url);
        using var measured = new Measurements(silos.Services);
        // A process knows a stream with one type of events only, so that another process has to publish the other.
        var client = await silos.Client();
        await client.GetStream<Whisper>(StreamId.Create(Listener.Namespace, "a")).OnNextAsync(new Whisper("psst")).Soon();
        await silos.Publish("a", "loud");

        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await Host.Management.AllAreEmpty();
        Assert.Equal(1, measured["other_type"]);
        Assert.Equal(["loud"], silos.Audience.Ids);
    }

    [Fact]
    public async Task Should_bring_the_request_context_of_the_publisher()
    {
        await using var silos = await Silos.Start(Url);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        silos.Audience.Rule((_, note) =>
        {
            seen.Enqueue($"{note.Id} of {RequestContext.Get("who") ?? "nobody"}");
            return Task.CompletedTask;
        });
        RequestContext.Set("who", "Ada");
        await silos.Publish("a", "1");
        RequestContext.Set("who", "Grace");
        await silos.Publish("a", "2");
        RequestContext.Clear();
        await silos.Publish("a", "3");

        await Eventually.Is(() => silos.Audience.Heard.Count == 3);
        Assert.Equal(["1 of Ada", "2 of Grace", "3 of nobody"], seen);
    }

    [Fact]
    public async Task Should_take_what_a_client_of_the_cluster_publishes()
    {
        await using var silos = await Silos.Start(Url);
        var client = await silos.Client();
        await client.GetStream<Note>(StreamId.Create(Listener.Namespace, "a")).OnNextAsync(new Note("of a client")).Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        Assert.Equal([("a", "of a client")], silos.Audience.Heard);
    }
}
