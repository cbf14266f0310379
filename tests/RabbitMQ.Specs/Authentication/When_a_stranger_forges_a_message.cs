using System.Text;
using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Authentication;

/// <summary>He may publish, and has seen a genuine message, but has no key.</summary>
public sealed class When_a_stranger_forges_a_message : SignedSpec
{
    private const string Wrong = "Its digest is not that of its content: somebody without the key 'first' has made or changed the message.";
    private const string Malformed = "Its header 'orleans-digest' is malformed";

    public static TheoryData<string, string, Action<BasicProperties>> Forgeries => new()
    {
        { "its id", Wrong, message => message.MessageId = "another" },
        { "its stream", Wrong, message => message.Headers!["orleans-stream-key"] = "b" },
        { "its namespace", Wrong, message => message.Headers!["orleans-stream-namespace"] = "others" },
        { "its type", Wrong, message => message.Type = NoteEvents.Loud },
        { "its content type", Wrong, message => message.ContentType = CloudEventsWireFormat.BatchContentType },
        { "the digest, cut", Wrong, message => message.Headers![Header] = Digest(message)[..^4] },
        { "the digest, spelled otherwise", Wrong, message => message.Headers![Header] = Digest(message)[..^1] + "-" },
        { "no digest behind the key", Malformed, message => message.Headers![Header] = "hmac-sha256 first " },
        { "the header, cut", Malformed, message => message.Headers![Header] = "hmac-sha256 first" },
        { "the header, empty", Malformed, message => message.Headers![Header] = "" },
        { "the header, garbage", Malformed, message => message.Headers![Header] = new byte[] { 0xFF, 0x00, 0x13, 0x37 } },
        { "the header, huge", Malformed, message => message.Headers![Header] = $"hmac-sha256 first {new string('A', 60_000)}" },
        { "the header, four words", Malformed, message => message.Headers![Header] = Digest(message) + " more" },
        { "the header, a number", Malformed, message => message.Headers![Header] = 7L },
        { "the header, a table", Malformed, message => message.Headers![Header] = new Dictionary<string, object?> { ["first"] = "x" } },
    };

    [Theory, MemberData(nameof(Forgeries), DisableDiscoveryEnumeration = true)]
    public async Task Should_put_it_aside_with_a_reason_and_go_on(string what, string reason, Action<BasicProperties> change)
    {
        _ = what;
        await using var silos = await Start(options => options.Unproven = RabbitMqUnproven.HandOn);
        using var measured = new Measurements(silos.Services);
        await using var stranger = await Reader.Open(Url);
        var (forged, body) = await Overhear(silos, stranger, "genuine");
        change(forged);

        await stranger.Publish(silos.Parts.Names.Exchange, forged, body);
        await silos.Publish("a", "next");

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
        var letter = Assert.Single(await silos.DeadLetters.List());
        Assert.StartsWith(reason, letter.Reason, StringComparison.Ordinal);
        Assert.Equal(["genuine", "next"], silos.Audience.Ids);
        Assert.Equal(1, measured["dead_lettered.forged"]);
        Assert.All(Told, authenticity => Assert.Equal(RabbitMqAuthenticity.Proven, authenticity));
    }

    [Fact]
    public async Task Should_put_aside_another_body_under_a_genuine_digest_whenever_it_is_replayed()
    {
        await using var silos = await Start(options => options.Unproven = RabbitMqUnproven.HandOn);
        await using var stranger = await Reader.Open(Url);
        var (genuine, body) = await Overhear(silos, stranger, "genuine");
        var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("genuine", "forgery", StringComparison.Ordinal));

        await stranger.Publish(silos.Parts.Names.Exchange, genuine, forged);
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay("genuine"));

        await Eventually.Is(async () => await silos.DeadLetters.List() is [{ Replays: 1 } again] && again.Reason == Wrong);
        Assert.Equal(forged, (await silos.DeadLetters.Peek("genuine"))!.Body.ToArray());
        Assert.Equal(["genuine"], silos.Audience.Ids);
    }

    [Fact]
    public async Task Should_keep_a_replayed_message_that_is_put_aside_again_before_the_replay_has_ended()
    {
        await using var silos = await Start(options => options.Unproven = RabbitMqUnproven.HandOn);
        await using var stranger = await Reader.Open(Url);
        var (message, body) = await Overhear(silos, stranger, "genuine");
        message.MessageId = "forged 0";
        await stranger.Publish(silos.Parts.Names.Exchange, message, body);
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);

        // A replay looks through all that lies behind its message, which is time enough to come back.
        const int Others = 300;
        for (var other = 1; other <= Others; other++)
        {
            message.MessageId = $"forged {other}";
            await stranger.Publish(silos.Parts.Names.Exchange, message, body);
        }

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1 + Others);
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay("forged 0"));

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1 + Others);
        Assert.Equal(1, (await silos.DeadLetters.Peek("forged 0"))!.Replays);
    }

    private static string Digest(BasicProperties message) => Encoding.ASCII.GetString((byte[])message.Headers![Header]!);
}
