using Orleans.Streams;

namespace GroupCommit.Specs.Outbox;

public sealed class When_a_relay_is_set_up_wrongly
{
    [Fact]
    public async Task Should_say_that_there_is_no_stream_provider_of_its_name()
    {
        using var database = new MemoryDatabase();
        Assert.Contains("Outbox relay 'events' has nothing to publish through", await Refusal(database, silo => silo.AddMemoryStreams("evnets", Implicit).AddOutboxRelay("events")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_that_the_outbox_is_a_provider_of_this_name_already()
    {
        using var database = new MemoryDatabase();
        Assert.Contains("two ways for each event", await Refusal(database, silo => silo.AddOutboxStreams("events").AddOutboxRelay("events")), StringComparison.Ordinal);
        Assert.Contains("two ways for each event", await Refusal(database, silo => silo.AddOutboxRelay("events").AddOutboxStreams("events")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_that_there_is_no_database()
    {
        using var nothing = new NoDatabase();
        Assert.Contains("add AddGroupCommit", await Refusal(nothing, silo => silo.AddMemoryStreams("events", Implicit).AddOutboxRelay("events")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_a_second_call_for_more_options()
    {
        using var database = new MemoryDatabase();
        var broker = new SpecBroker();
        await using var silo = await SiloUnderTest.Start(
            database, new Deliveries(), silo => broker.Use(silo, null).AddOutboxRelay(SiloUnderTest.Provider, options => options.MaximumBatch = 1));
        await silo.Publish("ns", "a", 1, 2);
        await Eventually.Is(() => database.Waiting == 0, "the outbox is empty");

        Assert.Equal([1, 1], broker.Batches);
    }

    private static void Implicit(ISiloMemoryStreamConfigurator streams) => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);

    private static async Task<string> Refusal(DatabaseUnderTest database, Action<ISiloBuilder> streams) =>
        (await Assert.ThrowsAnyAsync<Exception>(() => SiloUnderTest.Start(database, new Deliveries(), streams))).ToString();

    private sealed class NoDatabase : DatabaseUnderTest
    {
        public override int Waiting => 0;

        public override IReadOnlyDictionary<long, string> Quarantined => new Dictionary<long, string>();

        public override int WaitingOf(string streamKey) => 0;

        public override void Use(ISiloBuilder silo)
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
