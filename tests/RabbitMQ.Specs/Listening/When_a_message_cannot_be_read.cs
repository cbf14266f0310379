using Orleans.Streams.RabbitMQ.Authentication;
using Orleans.Streams.RabbitMQ.Listening;
using RabbitMq.Specs.Authentication;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Listening;

public sealed class When_a_message_cannot_be_read : SignedSpec
{
    private static readonly byte[] Body = "what is this?"u8.ToArray();

    /// <summary>It is of a release that knows more. What it says was published, and nobody here has heard it.</summary>
    [Fact]
    public async Task Should_not_claim_to_have_heard_all_when_it_is_genuine()
    {
        await using var silos = await Start();
        await using var listener = await new Listeners(silos.Parts).Listen("ear", _ => { }, default).Soon();
        await listener.CatchUp().Soon();
        await using var publisher = await Reader.Open(Url);

        var message = new BasicProperties { MessageId = "1", ContentType = "text/plain", Headers = new Dictionary<string, object?>() };
        MessageDigest.Write(Keys.Current.Signing!, message, Body);
        await publisher.Publish(silos.Parts.Names.Exchange, message, Body, "0");

        var fault = await Assert.ThrowsAsync<IOException>(() => listener.CatchUp().Soon());
        Assert.Contains("cannot be read by this release", fault.Message, StringComparison.Ordinal);

        // It is read once: who listens next goes on.
        await using var next = await new Listeners(silos.Parts).Listen("ear", _ => { }, default).Soon();
        await listener.DisposeAsync();
        await next.CatchUp().Soon();
        await next.CatchUp().Soon();
    }

    [Fact]
    public async Task Should_go_on_when_it_is_a_strangers()
    {
        await using var silos = await Start();
        await using var listener = await new Listeners(silos.Parts).Listen("ear", _ => { }, default).Soon();
        await listener.CatchUp().Soon();
        await using var stranger = await Reader.Open(Url);

        await stranger.Publish(silos.Parts.Names.Exchange, new BasicProperties { MessageId = "1" }, Body, "0");

        await listener.CatchUp().Soon();
    }
}
