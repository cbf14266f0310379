using System.Collections.Concurrent;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Listening;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Listening;

/// <summary>An outsider's ear, with one promise more: it knows when it has heard all that there was.</summary>
public sealed class When_somebody_hears_everything : BrokerSpec
{
    private const string Queue = "specs.rabbit.ear";

    private readonly ConcurrentQueue<string> _heard = new();

    [Fact]
    public async Task Should_have_heard_all_that_was_published_before_it_caught_up()
    {
        await using var silos = await Silos.Start(Url, Named);
        await using var listener = await Listen(silos);
        await listener.CatchUp().Soon();

        for (var n = 1; n <= 50; n++)
            await silos.Stream($"{n % 7}").OnNextAsync(new Note($"{n}")).Soon();
        await listener.CatchUp().Soon();

        Assert.Equal(Enumerable.Range(1, 50).Select(n => $"{n}"), _heard);
    }

    [Fact]
    public async Task Should_not_take_for_published_what_was_sent_straight_to_its_queue()
    {
        await using var silos = await Silos.Start(Url, Named);
        await using var listener = await Listen(silos);
        await silos.Stream("a").OnNextAsync(new Note("1")).Soon();
        await listener.CatchUp().Soon();
        await using var stranger = await Reader.Open(Url);
        await stranger.Publish("", new BasicProperties(), [1, 2, 3], Queue);

        await listener.CatchUp().Soon();

        Assert.Equal(["1"], _heard);
    }

    [Fact]
    public async Task Should_wait_while_another_one_listens_and_go_on_when_that_has_gone()
    {
        await using var silos = await Silos.Start(Url, Named);
        var first = await Listen(silos);
        await first.CatchUp().Soon();
        var others = new ConcurrentQueue<string>();
        await using var second = await Listen(silos, others);
        var turn = second.CatchUp();
        await silos.Stream("a").OnNextAsync(new Note("1")).Soon();
        await first.CatchUp().Soon();
        Assert.False(turn.IsCompleted);

        await first.DisposeAsync();
        await turn.Soon();
        await silos.Stream("a").OnNextAsync(new Note("2")).Soon();
        await second.CatchUp().Soon();

        Assert.Equal(["1"], _heard);
        Assert.Equal(["2"], others);
    }

    [Fact]
    public async Task Should_say_so_when_its_queue_is_taken_away()
    {
        await using var silos = await Silos.Start(Url, Named);
        await using var listener = await Listen(silos);
        await listener.CatchUp().Soon();
        await using var stranger = await Reader.Open(Url);

        await stranger.Channel.QueueDeleteAsync(Queue);

        await Assert.ThrowsAnyAsync<Exception>(() => listener.CatchUp().Soon());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("dead-letters")]
    public async Task Should_refuse_the_names_of_the_queues_of_silos(string name)
    {
        await using var sender = new Sender(Url);

        await Assert.ThrowsAsync<ArgumentException>(() => new Listeners(sender.Parts).Listen(name, _ => { }, default));
    }

    private static void Named(RabbitMqStreamOptions options) => options.Name = "specs.rabbit";

    private Task<IRabbitMqListener> Listen(Silos silos, ConcurrentQueue<string>? heard = null) =>
        new Listeners(silos.Parts).Listen("ear", message => (heard ?? _heard).Enqueue(((Note)message.Events[0]).Id), default).Soon();
}
