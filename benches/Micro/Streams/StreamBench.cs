using System.Reflection;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Report;
using Shop.Benches.Micro.Streams.EndToEnd;
using Shop.Benches.Micro.Streams.Latency;
using Shop.Benches.Micro.Streams.Publish;
using Shop.Benches.Micro.Streams.Soak;

namespace Shop.Benches.Micro.Streams;

/// <summary>The stream library beside its alternatives: publishing, the whole way, latency; and over a longer time.</summary>
internal static class StreamBench
{
    public const string Bench = "bench", Broker = "broker";

    public static async Task<StreamResult> Run(StreamSettings settings, CancellationToken cancel)
    {
        await using var broker = await Streams.Broker.Find(settings);
        var clock = new CpuClock(new Dictionary<string, int> { [Bench] = Environment.ProcessId, [Broker] = settings.BrokerProcess });
        var start = clock.Read();
        var publish = settings.Has(StreamSettings.Publish) ? await PublishBench.Run(broker, settings, clock, cancel) : [];
        var (end, latency) = await Deliver(settings, clock, cancel);
        var soak = settings.Has(StreamSettings.Soak) ? await SoakBench.Run(broker, settings, clock, cancel) : null;
        var whole = CpuUse.Between(start, clock.Read());
        return new StreamResult(
            "streams", DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), Versions(broker), settings.Machine,
            Said(settings), Math.Round(whole.ForeignCores, 2), Math.Round(whole.WindowSeconds), publish, end, latency, soak);
    }

    private static async Task<(List<EndToEndFigure> End, List<LatencyFigure> Latency)> Deliver(StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        if (!settings.Has(StreamSettings.End) && !settings.Has(StreamSettings.Latency))
            return ([], []);

        var contenders = await StreamContender.StartAll(settings.Amqp);
        try
        {
            var end = settings.Has(StreamSettings.End) ? await EndToEndBench.Run(contenders, settings, clock, cancel) : [];
            return (end, settings.Has(StreamSettings.Latency) ? await LatencyBench.Run(contenders, settings, clock, cancel) : []);
        }
        finally
        {
            foreach (var contender in contenders)
                await contender.DisposeAsync();
        }
    }

    private static Dictionary<string, string> Versions(Broker broker) => new()
    {
        ["Orleans"] = VersionOf(typeof(Grain)),
        ["RabbitMQ"] = broker.Said,
        ["RabbitMQ.Client"] = VersionOf(typeof(RabbitMQ.Client.ConnectionFactory)),
    };

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', ' ')[0].TrimEnd('.') ?? "unknown";

    private static string Said(StreamSettings settings) =>
        $"{settings.Seconds} s a figure in {settings.Rounds} rounds, all in turn in each; {StreamSettings.Queues} quorum queues with single active consumers, persistent "
        + $"messages of {StreamSettings.BodyBytes} B (Orleans' bytes and bare client), mandatory, confirmed; {StreamSettings.Streams} known streams; callers, client, silos in one "
        + $"process, server GC {System.Runtime.GCSettings.IsServerGC}; options of the provider as they are by default";
}
