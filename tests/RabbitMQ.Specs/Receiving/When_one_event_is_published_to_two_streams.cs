using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Receiving;

/// <summary>With a format whose message id is the event's.</summary>
public sealed class When_one_event_is_published_to_two_streams : BrokerSpec
{
    [Fact]
    public async Task Should_reach_both_also_while_the_first_is_being_delivered()
    {
        await using var silos = await Silos.Start(Url, options => (options.QueueCount, options.WireFormat) = (1, _ => new CloudEventsWireFormat(new NoteEvents())));
        var gate = silos.Audience.Hold((stream, _) => stream == "a");
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Offered.Count == 1);
        await silos.Publish("b", "1");

        await Eventually.Is(() => silos.Audience.Heard.Contains(("b", "1")));
        gate.SetResult();
        await Eventually.Is(() => silos.Audience.Heard.Contains(("a", "1")));
    }
}
