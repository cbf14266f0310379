using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace RabbitMq.Specs.Publishing;

public sealed class When_an_event_cannot_be_published : BrokerSpec
{
    /// <summary>Without a serializer.</summary>
    private sealed record Unwritable(string Id);

    [Fact]
    public async Task Should_tell_its_publisher_and_nobody_else()
    {
        await using var silos = await Silos.Start(Url, options => options.MaxMessageBytes = 10_000);
        var provider = silos.Services.GetRequiredKeyedService<IStreamProvider>(Silos.Provider);
        var good = silos.Publish("a", "1", "2", "3");

        var tooLong = await Assert.ThrowsAsync<ArgumentException>(() => silos.Stream("a").OnNextAsync(new Note("long", new string('x', 20_000))).Soon());
        Assert.Contains("MaxMessageBytes", tooLong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => provider.GetStream<Unwritable>(StreamId.Create(Listener.Namespace, "a")).OnNextAsync(new Unwritable("no")).Soon());
        await Assert.ThrowsAnyAsync<ArgumentNullException>(() => silos.Stream("a").OnNextAsync(null!).Soon());

        await good;
        await silos.Publish("a", "4");
        await Eventually.Is(() => silos.Audience.Heard.Count == 4);
        Assert.Equal(["1", "2", "3", "4"], silos.Audience.Ids);
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_refuse_a_sequence_token()
    {
        await using var silos = await Silos.Start(Url);
        await Assert.ThrowsAsync<ArgumentException>(() => silos.Stream("a").OnNextAsync(new Note("1"), new Orleans.Providers.Streams.Common.EventSequenceTokenV2(7)).Soon());
    }
}
