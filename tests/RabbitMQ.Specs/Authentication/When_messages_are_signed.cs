using System.Text;
using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Authentication;

public sealed class When_messages_are_signed : SignedSpec
{
    public static TheoryData<string, string, Action<BasicProperties>> Unproven => new()
    {
        { "no digest", "It has no digest", message => message.Headers!.Remove(Header) },
        { "an unknown key", "Its digest is by a key that this process does not know.", message => message.Headers![Header] = Text(message).Replace("first", "other", StringComparison.Ordinal) },
        { "a later manner", "Its digest is made in a manner that this process does not know.", message => message.Headers![Header] = Text(message).Replace("sha256", "sha999", StringComparison.Ordinal) },
    };

    [Fact]
    public async Task Should_deliver_what_is_genuine_and_tell_the_format_that_it_is()
    {
        await using var silos = await Start();
        await silos.Publish("a", "1", "2");
        await silos.Stream("a").OnNextBatchAsync([new Note("3"), new Note("4")]);

        await Eventually.Is(() => silos.Audience.Heard.Count == 4);
        Assert.Equal([RabbitMqAuthenticity.Proven, RabbitMqAuthenticity.Proven, RabbitMqAuthenticity.Proven], Told);
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_name_the_key_and_not_tell_the_secret()
    {
        await using var silos = await Start();
        await using var stranger = await Reader.Open(Url);
        var (message, _) = await Overhear(silos, stranger, "1");
        Assert.Matches("^hmac-sha256 first [A-Za-z0-9+/]{43}=$", Text(message));
    }

    [Theory, MemberData(nameof(Unproven), DisableDiscoveryEnumeration = true)]
    public async Task Should_put_aside_what_proves_nothing(string what, string reason, Action<BasicProperties> change)
    {
        _ = what;
        await using var silos = await Start();
        using var measured = new Measurements(silos.Services);
        await using var stranger = await Reader.Open(Url);
        var (message, body) = await Overhear(silos, stranger, "1");
        change(message);
        await stranger.Publish(silos.Parts.Names.Exchange, message, body);

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        Assert.StartsWith(reason, Assert.Single(await silos.DeadLetters.List()).Reason, StringComparison.Ordinal);
        Assert.Equal((1, 1), (measured["dead_lettered.unproven"], measured["unproven"]));
        Assert.Equal(["1"], silos.Audience.Ids);
    }

    [Theory, MemberData(nameof(Unproven), DisableDiscoveryEnumeration = true)]
    public async Task Should_hand_it_on_with_a_mark_when_told_to(string what, string reason, Action<BasicProperties> change)
    {
        (_, _) = (what, reason);
        await using var silos = await Start(options => options.Unproven = RabbitMqUnproven.HandOn);
        using var measured = new Measurements(silos.Services);
        await using var stranger = await Reader.Open(Url);
        var (message, body) = await Overhear(silos, stranger, "1");
        change(message);
        await stranger.Publish(silos.Parts.Names.Exchange, message, body);

        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
        Assert.Equal([RabbitMqAuthenticity.Proven, RabbitMqAuthenticity.Unproven], Told);
        Assert.Equal(1, measured["unproven"]);
    }

    [Fact]
    public async Task Should_believe_an_earlier_key_until_it_is_retired()
    {
        await using var silos = await Start();
        await using var stranger = await Reader.Open(Url);
        var (message, body) = await Overhear(silos, stranger, "old");
        var second = NewKey("second");
        Keys.Current = new RabbitMqKeyRing(second, [Keys.Current.Signing!]);
        await stranger.Publish(silos.Parts.Names.Exchange, message, body);
        await Eventually.Is(() => silos.Audience.Ids.Count(id => id == "old") == 2);
        var (later, _) = await Overhear(silos, stranger, "new");
        Assert.StartsWith("hmac-sha256 second ", Text(later), StringComparison.Ordinal);
        Assert.Equal(3, Told.Count(authenticity => authenticity == RabbitMqAuthenticity.Proven));

        Keys.Current = new RabbitMqKeyRing(second, []);
        await stranger.Publish(silos.Parts.Names.Exchange, message, body);
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
    }

    [Fact]
    public async Task Should_believe_a_dead_letter_that_is_replayed()
    {
        await using var silos = await Start(options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(1.5));
        silos.Audience.Refuse("poison");
        await silos.Publish("a", "poison");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        Keys.Current = new RabbitMqKeyRing(NewKey("second"), [Keys.Current.Signing!]);

        silos.Audience.Relent();
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay("poison"));

        await Eventually.Is(() => silos.Audience.Ids.Contains("poison"));
        Assert.Equal([RabbitMqAuthenticity.Proven, RabbitMqAuthenticity.Proven], Told);
    }

    [Fact]
    public async Task Should_publish_without_a_digest_while_there_is_no_key()
    {
        Keys.Current = RabbitMqKeyRing.Empty;
        await using var silos = await Start(options => options.Unproven = RabbitMqUnproven.HandOn);
        await using var stranger = await Reader.Open(Url);
        var (message, _) = await Overhear(silos, stranger, "early");
        Assert.False(message.Headers!.ContainsKey(Header));
        Assert.Equal([RabbitMqAuthenticity.Unproven], Told);
    }

    [Fact]
    public async Task Should_neither_sign_nor_check_without_the_option()
    {
        await using var silos = await Start(options => options.MessageKeys = null);
        await using var stranger = await Reader.Open(Url);
        var (message, body) = await Overhear(silos, stranger, "1");
        Assert.False(message.Headers!.ContainsKey(Header));
        message.Headers[Header] = "hmac-sha256 first forged";
        await stranger.Publish(silos.Parts.Names.Exchange, message, body);

        await Eventually.Is(() => silos.Audience.Heard.Count == 2);
        Assert.All(Told, authenticity => Assert.Equal(RabbitMqAuthenticity.NotChecked, authenticity));
    }

    private static string Text(BasicProperties message) => Encoding.ASCII.GetString((byte[])message.Headers![Header]!);
}
