using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Streams.Publish;

/// <summary>Messages confirmed a second.</summary>
internal sealed record PublishFigure(string Publisher, int InFlight, Summary Figure);

/// <summary>The provider beside the bare client.</summary>
internal static class PublishBench
{
    public static async Task<List<PublishFigure>> Run(Broker broker, StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        await using var bare = await BareClient.Connect(settings.Amqp);
        await using var provider = await ProviderClient.Start(settings.Amqp);
        IPublisherUnderTest[] publishers = [bare, provider];
        var figures = new List<PublishFigure>();
        Console.WriteLine("publish: warming up");
        foreach (var publisher in publishers)
            await Once(publisher, StreamSettings.ComparedInFlight);
        foreach (var inFlight in settings.InFlight)
        {
            var rounds = publishers.ToDictionary(publisher => publisher, _ => new List<Round>());
            for (var round = 0; round < settings.Rounds; round++)
            {
                // Each time the other one first, so that what the machine does meanwhile falls on both alike.
                foreach (var publisher in round % 2 == 0 ? publishers : publishers.Reverse())
                    rounds[publisher].Add(await Once(publisher, inFlight));
            }

            foreach (var publisher in publishers)
            {
                figures.Add(new PublishFigure(publisher.Name, inFlight, Summary.Of(rounds[publisher])));
                Console.WriteLine($"publish: {inFlight} in flight, {publisher.Name}: {figures[^1].Figure.PerSecond:F0}/s");
            }
        }

        await Empty();
        return figures;

        async Task<Round> Once(IPublisherUnderTest publisher, int inFlight)
        {
            await Empty();
            return await publisher.Run(inFlight, settings.Warmup, settings.Window, clock, cancel);
        }

        Task Empty() => broker.Purge(publishers.SelectMany(publisher => publisher.Queues));
    }
}
