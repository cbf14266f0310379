using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Poison;

/// <summary>Whoever may publish to the exchange can send anything; no silo may stumble over it, and nothing is lost.</summary>
public sealed class When_a_stranger_publishes_nonsense : BrokerSpec
{
    private static readonly byte[] Garbage = [0xFF, 0x00, 0x13, 0x37];

    public static TheoryData<string, string, Action<BasicProperties>> Nonsense => new()
    {
        { "no properties at all", "'orleans-stream-key' does not name a stream", properties => properties.Headers = null },
        { "an empty key", "'orleans-stream-key' does not name a stream", properties => properties.Headers!["orleans-stream-key"] = "" },
        { "a key that is no text", "'orleans-stream-key' does not name a stream", properties => properties.Headers!["orleans-stream-key"] = new List<object?> { 1 } },
        { "a stream and no content type", "The content type is ''", _ => { } },
        { "a foreign content type", "The content type is 'text/plain'", properties => properties.ContentType = "text/plain" },
        { "bytes that are none of ours", "The Orleans serializer cannot read it", properties => properties.ContentType = OrleansWireFormat.ContentType },
    };

    [Theory, MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public async Task Should_put_it_aside_with_a_reason_and_go_on(string what, string reason, Action<BasicProperties> change)
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        using var measured = new Measurements(silos.Services);
        await using var stranger = await Reader.Open(Url);
        var properties = new BasicProperties { MessageId = what, Headers = Foreigner.Headers() };
        change(properties);
        await stranger.Publish(silos.Parts.Names.Exchange, properties, Garbage);
        await silos.Publish("a", "next");

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await Host.Management.AllAreEmpty(except: silos.Parts.Names.DeadLetterQueue);
        var letter = await silos.DeadLetters.Peek(what);
        Assert.Contains(reason, letter!.Reason, StringComparison.Ordinal);
        Assert.Equal(Garbage, letter.Body.ToArray());
        Assert.Equal((silos.Parts.Names.Exchange, "0", 0), (letter.Exchange, letter.RoutingKey, letter.Attempts));
        Assert.Equal(1, measured["dead_lettered.unreadable"]);
    }

    [Fact]
    public async Task Should_put_aside_an_event_of_a_type_that_it_does_not_know()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        await silos.Publish("a", "known");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await using var stranger = await Reader.Open(Url);
        var written = silos.Parts.Format.Write([new Note("unknown")], null)[0].Body.ToArray();
        // As of a program with an event that this one does not have.
        var alias = written.AsSpan().IndexOf("rabbitmq-specs.note"u8);
        Assert.True(alias > 0);
        written[alias] = (byte)'X';
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties { MessageId = "unknown", ContentType = OrleansWireFormat.ContentType, Headers = Foreigner.Headers() }, written);

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        Assert.Contains("The Orleans serializer cannot read it", Assert.Single(await silos.DeadLetters.List()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_keep_what_it_said_of_itself_but_do_nothing_of_it_again()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        await using var stranger = await Reader.Open(Url);
        await stranger.Channel.QueueDeclareAsync("elsewhere", durable: true, exclusive: false, autoDelete: false);
        var headers = Foreigner.Headers();
        headers["CC"] = new List<object?> { "elsewhere" };
        headers["BCC"] = new List<object?> { "elsewhere" };
        headers["orleans-dead-letter-reason"] = "a lie";
        headers["orleans-replays"] = "many";
        headers["own"] = "kept";
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties
        {
            MessageId = "hostile", CorrelationId = "correlation", Type = "type", AppId = "app", UserId = "guest", Expiration = "60000", Priority = 9,
            ReplyTo = "elsewhere", Timestamp = new AmqpTimestamp(long.MaxValue), Headers = headers,
        }, Garbage);

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        var kept = Assert.Single(await stranger.Drain(silos.Parts.Names.DeadLetterQueue)).Properties;
        Assert.Equal(("hostile", "correlation", "type", "app"), (kept.MessageId, kept.CorrelationId, kept.Type, kept.AppId));
        Assert.False(kept.IsUserIdPresent() || kept.IsExpirationPresent() || kept.IsPriorityPresent() || kept.IsReplyToPresent());
        Assert.Equal("kept"u8.ToArray(), kept.Headers!["own"]);
        Assert.False(kept.Headers.ContainsKey("CC") || kept.Headers.ContainsKey("BCC"));
        Assert.NotEqual("a lie"u8.ToArray(), kept.Headers["orleans-dead-letter-reason"]);
        Assert.Equal(0u, await stranger.Channel.MessageCountAsync("elsewhere"));
    }

    [Fact]
    public async Task Should_put_aside_a_message_whose_headers_are_as_large_as_they_can_be()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        await using var stranger = await Reader.Open(Url);
        var headers = Foreigner.Headers();
        for (var i = 0; i < 12; i++)
            headers[$"large-{i}"] = new string('x', 10_000);
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties { MessageId = "large", Headers = headers }, Garbage);
        await silos.Publish("a", "next");

        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        await Host.Management.AllAreEmpty(except: silos.Parts.Names.DeadLetterQueue);
        Assert.Equal(StreamId.Create(Listener.Namespace, "a"), Assert.Single(await silos.DeadLetters.List()).Stream);
    }

    [Fact]
    public async Task Should_name_a_message_without_an_id_by_its_body()
    {
        await using var silos = await Silos.Start(Url, options => options.QueueCount = 1);
        await using var stranger = await Reader.Open(Url);
        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties(), Garbage);
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        var letter = Assert.Single(await silos.DeadLetters.List());
        Assert.StartsWith("sha256:", letter.Id, StringComparison.Ordinal);
        Assert.Equal(RabbitMqDeadLetterOutcome.NoStream, await silos.DeadLetters.Replay(letter.Id));
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Discard(letter.Id));
        await Host.Management.AllAreEmpty();
    }
}
