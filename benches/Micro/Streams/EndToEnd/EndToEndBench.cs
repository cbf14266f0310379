using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Streams.EndToEnd;

/// <param name="BatchSize">Events in one call; 1: <c>OnNextAsync</c>.</param>
/// <param name="MessageBytes">Of the body of a message with one event; null: there are no messages.</param>
/// <param name="EventsPerSecond">The median: seen by their grains, and confirmed.</param>
/// <param name="Figure">Of calls.</param>
internal sealed record EndToEndFigure(string Streams, int BatchSize, int? MessageBytes, double EventsPerSecond, Summary Figure);

/// <summary>From the publisher to the grain, with a fixed number of events between them, so that no queue grows.</summary>
internal static class EndToEndBench
{
    public const int UnderWay = 4_096;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    public static async Task<List<EndToEndFigure>> Run(
        IReadOnlyList<StreamContender> contenders, StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var variants = contenders.SelectMany(contender => new[] { 1, StreamSettings.BatchSize }.Select(size => (Contender: contender, Size: size))).ToList();
        var rounds = variants.Select(_ => new List<Round>()).ToList();
        Console.WriteLine("end to end: warming up");
        foreach (var (contender, size) in variants)
            await Once(contender.Silo, size, settings, clock, cancel);
        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var turn = 0; turn < variants.Count; turn++)
            {
                var at = (turn + round) % variants.Count;
                rounds[at].Add(await Once(variants[at].Contender.Silo, variants[at].Size, settings, clock, cancel));
            }
        }

        var figures = variants.Zip(rounds, (variant, measured) => (variant, Figure: Summary.Of(measured))).Select(v => new EndToEndFigure(
            v.variant.Contender.Name, v.variant.Size, v.variant.Contender.MessageBytes, v.Figure.PerSecond * v.variant.Size, v.Figure)).ToList();
        foreach (var figure in figures)
            Console.WriteLine($"end to end: {figure.Streams}, {figure.BatchSize} at once: {figure.EventsPerSecond:F0}/s");
        return figures;
    }

    /// <summary>Each caller publishes and waits until its grain has all of it. What is lost shows as a round that does not end.</summary>
    public static async Task<Round> Once(StreamSilo silo, int batch, StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var seen = new SeenCalls();
        silo.Sink.Seen = seen.See;
        return await ClosedLoop.Run(UnderWay / batch, Publish, settings.Warmup, settings.Window, clock, cancel)
            .WaitAsync(settings.Warmup + settings.Window + EndLimit, cancel);

        async Task Publish(int caller, long n)
        {
            var arrival = seen.Expect(caller, n);
            var stream = silo.Streams[(int)((caller + n) % StreamSettings.Streams)];
            if (batch == 1)
                await stream.OnNextAsync(silo.Event(n, caller));
            else
                await stream.OnNextBatchAsync([.. Enumerable.Range(0, batch).Select(i => silo.Event(n, caller, isLast: i == batch - 1))]);
            await arrival;
        }
    }
}
