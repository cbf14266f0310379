using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;
using Testing.Servers;

namespace RabbitMq.Specs.Hosting;

/// <summary>An instrument that nothing moves is a promise that nobody keeps.</summary>
[Collection("A broker of its own")]
public sealed class When_somebody_listens_to_the_meter : IDisposable
{
    private readonly RabbitServer _server = RabbitServer.StartOwn();
    private readonly CutProxy _proxy;

    public When_somebody_listens_to_the_meter() => _proxy = new CutProxy(_server.Port);

    public void Dispose()
    {
        _proxy.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Should_see_every_instrument_move()
    {
        var url = new UriBuilder(_server.Url) { Host = "127.0.0.1", Port = _proxy.Port }.Uri.AbsoluteUri;
        var log = new LogLines();
        await using var silos = await Silos.Start(url, options =>
        {
            options.QueueCount = 1;
            options.MessageKeys = _ => new RabbitMqKeyRing(new RabbitMqMessageKey("key", new byte[32]), []);
            options.Unproven = RabbitMqUnproven.HandOn;
        }, and: silo => log.Hear(silo));
        using var measured = new Measurements(silos.Services);
        await using var stranger = await Reader.Open(_server.Url);
        await silos.Publish("a", "1");
        await silos.StreamProvider.GetStream<Note>(StreamId.Create("unheard-of", "a")).OnNextAsync(new Note("2")).Soon();
        await Publish(stranger, silos, "3", new Whisper("3"));
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties(), [0]);
        await Eventually.Is(() => measured["unheard"] == 1 && measured["other_type"] == 1 && measured["dead_lettered.unreadable"] == 1 && measured["delivered"] == 2);
        Assert.Equal((4, 2), (measured["received"], measured["unproven"]));
        Assert.True(measured["confirm.duration"] > 0);

        var gate = silos.Audience.Hold((_, _) => true);
        await Publish(stranger, silos, "4", new Note("4"));
        await Publish(stranger, silos, "4", new Note("4"));
        await Eventually.Is(() => measured["duplicates"] == 1 && measured.Look("unanswered") == 1 && measured.Look("unanswered.age") > 0);
        _proxy.CutAll();
        await Eventually.Is(() => measured["redelivered.adopted"] == 1 && measured["reconnects.consuming"] >= 1);
        gate.SetResult();

        // Publishing has a connection again: a message that has none waits, and is not in flight.
        await silos.Publish("b", "5");
        _proxy.Stall();
        var stalled = silos.Publish("b", "6");
        await Eventually.Is(() => measured.Look("in_flight") == 1);
        _proxy.Refuses = true;
        _proxy.CutAll();
        _proxy.Resume();
        await Eventually.Is(() => measured.Look("waiting") == 1);
        _proxy.Refuses = false;
        await stalled;

        _server.RaiseMemoryAlarm();
        var blocked = silos.Publish("b", "7");
        await Eventually.Is(() => log.All.Any(line => line.Contains("blocks the connection", StringComparison.Ordinal)));
        _server.ClearMemoryAlarm();
        await blocked;
        await Eventually.Is(() => measured["blocked.duration"] > 0);

        Assert.True(measured["published.confirmed"] >= 4);
        Assert.Equal(16, measured.Instruments.Count());
        Assert.Empty(measured.Still);
    }

    private static Task Publish(Reader stranger, Silos silos, string id, object item) => stranger.Publish(
        silos.Parts.Names.Exchange,
        new BasicProperties { MessageId = id, ContentType = OrleansWireFormat.ContentType, Headers = Foreigner.Headers() },
        silos.Parts.Format.Write([item], null)[0].Body.ToArray());
}
