namespace RabbitMq.Specs.Handoff;

public sealed class When_a_silo_stops : BrokerSpec
{
    [Fact]
    public async Task Should_let_a_delivery_end_and_acknowledge_it()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1, silos: 1);
        var queue = silos.Parts.Names.Queue(0);
        var gate = silos.Audience.Hold((_, _) => true);
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Offered.Count == 1);
        var stopping = silos.Cluster.StopSiloAsync(silos.Cluster.Silos[0]);
        silos.Audience.Relent();
        gate.SetResult();
        await stopping.Soon();

        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await silos.Publish("a", "2");
        await Eventually.Is(() => silos.Audience.Ids.Contains("2"));
        await Host.Management.Has(queue, 0);
        Assert.Equal(["1", "2"], silos.Audience.Ids.Distinct());
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_leave_what_is_never_taken_to_the_next_silo()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1, and: silo =>
            silo.Configure<Orleans.Configuration.SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(3)));
        _ = silos.Audience.Hold((_, _) => true);
        await silos.Publish("a", "1", "2");
        await Eventually.Is(() => silos.Audience.Offered.Count == 1);
        await silos.Cluster.StopSiloAsync(silos.Cluster.Silos[0]).Soon();
        Assert.Empty(silos.Audience.Heard);

        silos.Audience.Relent();
        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
        Assert.Equal(["1", "2"], silos.Audience.Ids);
        await Host.Management.AllAreEmpty();
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_put_nothing_aside_that_is_being_retried()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        silos.Audience.Refuse("1");
        await silos.Publish("a", "1", "2");
        await Eventually.Is(() => silos.Audience.Offered.Count(offered => offered.Id == "1") >= 3);
        await silos.Cluster.StopSiloAsync(silos.Cluster.Silos[0]).Soon();

        silos.Audience.Relent();
        await silos.Cluster.StartAdditionalSiloAsync().Soon();
        await Eventually.Is(() => silos.Audience.Heard.Count >= 2);
        Assert.Equal(["1", "2"], silos.Audience.Ids);
        await Host.Management.AllAreEmpty();
        Assert.Equal(0, await silos.DeadLetters.Count());
    }
}
