using RabbitMQ.Client;

namespace RabbitMq.Specs.Poison;

/// <summary>A stranger's message that the broker takes, and RabbitMQ.Client cannot take apart: whoever gets it loses his connection.</summary>
public sealed class When_a_message_breaks_the_connection : BrokerSpec
{
    /// <summary>A decimal number with more places than .NET has.</summary>
    private static readonly RawHeader Unreadable = new("n", (byte)'D', 200, 0, 0, 0, 1);

    [Fact]
    public async Task Should_be_the_only_dead_letter()
    {
        await using var silos = await Silos.Start(Url, options => (options.Name, options.DeliveryLimit, options.Prefetch) = ("broken", 20, 16));
        var gate = silos.Audience.Hold((stream, _) => stream == "slow");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => silos.Publish("slow", $"slow-{i}")));
        await Eventually.Is(() => silos.Audience.Offered.Count > 0);
        await using (var stranger = await Reader.Open(Url))
        {
            foreach (var partition in new[] { "0", "1" })
                await stranger.Channel.BasicPublishAsync("broken", partition, mandatory: true, Unreadable, "?"u8.ToArray());
        }

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => silos.Publish($"{i % 4}", $"after-{i}")));
        gate.SetResult();

        await Eventually.Is(() => silos.Audience.Ids.Distinct().Count() == 50);
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 2);
    }

    [Fact]
    public async Task Should_be_put_aside_when_it_is_only_large_or_has_a_name_that_does_not_fit()
    {
        Assert.SkipWhen(Host.TlsUrl is null, "The broker is not ours: it may take no message that large.");
        await using var silos = await Silos.Start(Url, options => options.Name = "broken");
        await using (var stranger = await Reader.Open(Url))
        {
            await stranger.Channel.BasicPublishAsync("broken", "0", mandatory: true, new BasicProperties(), new byte[70 * 1024 * 1024]);
            await stranger.Channel.BasicPublishAsync(
                "broken", "1", mandatory: true, new BasicProperties { Headers = new Dictionary<string, object?> { ["orleans-stream-key"] = new byte[70_000] } }, new byte[10]);
        }

        await Eventually.Is(async () => await silos.DeadLetters.Count() == 2);
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
    }
}
