namespace RabbitMq.Specs.Handoff;

/// <summary>For the broker it is dead when its connections are: they are cut, and it gets no other ones.</summary>
public sealed class When_a_silo_dies : BrokerSpec
{
    [Fact]
    public async Task Should_deliver_elsewhere_what_it_had_received_and_not_delivered()
    {
        var urls = new Queue<string>([UrlBehindProxy]);
        await using var silos = await Start(urls);
        _ = silos.Audience.Hold((_, note) => note.Id == "1");
        await silos.Publish("a", "1", "2", "3");
        await Eventually.Is(() => silos.Audience.Offered.Count == 1);
        await Kill(silos);

        silos.Audience.Relent();
        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count >= 3);
        await Host.Management.AllAreEmpty();
        Assert.Equal(["1", "2", "3"], silos.Audience.Ids);
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_deliver_again_what_it_had_delivered_and_not_acknowledged()
    {
        var urls = new Queue<string>([UrlBehindProxy]);
        await using var silos = await Start(urls);
        var lost = Proxy.CutBefore("\0<\0P", 0);
        await silos.Publish("a", "1");
        await lost.Soon();
        await Kill(silos);
        Assert.Equal(["1"], silos.Audience.Ids);

        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
        await Host.Management.AllAreEmpty();
        Assert.Equal(["1", "1"], silos.Audience.Ids);
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_lose_nothing_when_it_dies_under_load()
    {
        var urls = new Queue<string>([Url, Url, UrlBehindProxy, Url]);
        await using var silos = await Start(urls);
        await using var load = new Load(await silos.Client(), streams: 8, TimeSpan.FromMilliseconds(5));
        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count > 300);
        await Kill(silos, silos.Cluster.Silos[^1]);
        var killed = load.Count;
        await Eventually.Is(() => silos.Audience.Heard.Count > killed + 200);
        await load.End();

        await Eventually.Is(() => load.Ids.All(silos.Audience.Ids.ToHashSet().Contains));
        await Host.Management.AllAreEmpty();
        load.Account(silos.Audience, deadLetters: []);
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    /// <summary>Whoever starts first has the first address; when there is only one left, it is the broker's own.</summary>
    private Task<Silos> Start(Queue<string> urls) => Silos.Start(Url, options =>
    {
        (options.QueueCount, options.ConnectionString) = (4, Url);
        lock (urls)
        {
            if (urls.TryDequeue(out var url))
                options.ConnectionString = url;
        }
    });

    private Task Kill(Silos silos) => Kill(silos, silos.Cluster.Silos[0]);

    private async Task Kill(Silos silos, Orleans.TestingHost.InProcessSiloHandle silo)
    {
        Assert.True(Proxy.Connections > 0);
        Proxy.Refuses = true;
        Proxy.CutAll();
        await silos.Cluster.KillSiloAsync(silo).Soon();
    }
}
