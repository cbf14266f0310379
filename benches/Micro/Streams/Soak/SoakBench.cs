using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams.RabbitMQ;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;
using Shop.Benches.Micro.Streams.EndToEnd;
using Testing.Servers;

namespace Shop.Benches.Micro.Streams.Soak;

/// <summary>
/// One silo at half of its capacity for a longer time, while its connections are cut and some events fail: nothing may be lost, and nothing
/// may grow.
/// </summary>
internal static class SoakBench
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CutAfter = TimeSpan.FromSeconds(4);
    // Long enough after the cut that what waited meanwhile is gone.
    private static readonly TimeSpan SampleAfter = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    public static async Task<SoakFigure> Run(Broker broker, StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        using var proxy = new CutProxy(settings.Amqp.Port);
        var address = new UriBuilder(settings.Amqp) { Host = "127.0.0.1", Port = proxy.Port }.Uri;
        await using var silo = await StreamSilo.StartRabbitMq("bench-soak", address, options =>
        {
            options.WireFormat = _ => StreamContender.CloudEventsFormat();
            options.MaxEventDeliveryTime = TimeSpan.FromSeconds(1);
        });
        var capacity = await Capacity(silo, settings, clock, cancel);
        var duration = TimeSpan.FromMinutes(settings.Minutes);
        var ledger = new SoakLedger((int)(capacity / 2 * duration.TotalSeconds));
        var load = new SoakLoad(silo, ledger, capacity / 2);
        silo.Sink.Seen = load.See;
        var atStart = await Settled(broker, _ => true, cancel);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {capacity / 2:F0} events/s for {settings.Minutes} min"));

        var before = clock.Read();
        var publishing = Task.Factory.StartNew(() => load.Run(duration, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var samples = await Watch(broker, proxy, ledger, load, duration, cancel);
        await publishing;

        var letters = silo.Services.GetRequiredKeyedService<IRabbitMqDeadLetters>(StreamSilo.Provider);
        await Until(async () => load.UnderWay == 0 && await letters.Count(cancel) >= ledger.Poison && ledger.Arrived >= ledger.Published - ledger.Poison, cancel);
        var dead = (await letters.List(0, 10_000, cancel)).Select(letter => NumberOf(letter.Id)).ToList();
        var cpu = CpuUse.Between(before, clock.Read()).Seconds.ToDictionary(p => p.Key, p => p.Value * 1000 / Math.Max(1, ledger.Published));
        var atEnd = await Settled(broker, totals => totals == atStart with { Messages = dead.Count }, cancel);
        var growth = SoakFigure.GrowthOf(samples, quiet: load.PerSecond / 10);
        string[] faults = [.. ledger.Faults(dead), .. Faults(atStart, atEnd, growth, ledger, dead, load)];
        foreach (var fault in faults)
            Console.WriteLine($"soak: {fault}");
        return new SoakFigure(
            settings.Minutes, capacity, capacity / 2, ledger.Published, ledger.Arrived, ledger.Duplicates, ledger.Unsure, ledger.Poison, dead.Count, samples.Count,
            load.Skipped, growth, atStart, atEnd, cpu, samples, faults);
    }

    private static IEnumerable<string> Faults(BrokerTotals atStart, BrokerTotals atEnd, double? growth, SoakLedger ledger, List<long> dead, SoakLoad load)
    {
        if (load.UnderWay > 0)
            yield return $"{load.UnderWay} publishes have not ended.";
        if (load.Skipped > ledger.Capacity / 2)
            yield return $"{load.Skipped} of {ledger.Capacity} events had to be left out: that is no load any more.";
        if ((atEnd.Connections, atEnd.Channels) != (atStart.Connections, atStart.Channels))
            yield return $"{atEnd.Connections} connections and {atEnd.Channels} channels at the end, {atStart.Connections} and {atStart.Channels} at the start.";
        if (atEnd.Messages != dead.Count)
            yield return $"{atEnd.Messages} messages are in the queues at the end, and {dead.Count} of them are dead letters.";
        if (growth is null)
            yield return "The machine was too busy to tell whether the heap has grown.";
        if (growth > SoakFigure.GrowthLimit)
            yield return string.Create(CultureInfo.InvariantCulture, $"The heap has grown by {growth:P1} from the first third to the last.");
    }

    private static async Task<double> Capacity(StreamSilo silo, StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var rounds = new List<Round>();
        for (var round = 0; round <= settings.Rounds; round++)
            rounds.Add(await EndToEndBench.Once(silo, 1, settings, clock, cancel));
        // The first one warms up.
        return Summary.Of(rounds[1..]).PerSecond;
    }

    private static async Task<List<SoakSample>> Watch(Broker broker, CutProxy proxy, SoakLedger ledger, SoakLoad load, TimeSpan duration, CancellationToken cancel)
    {
        var samples = new List<SoakSample>();
        var started = Stopwatch.GetTimestamp();
        for (var beat = TimeSpan.Zero; beat < duration; beat += Beat)
        {
            await At(beat + CutAfter);
            proxy.CutAll();
            await At(beat + SampleAfter);
            var underWay = load.UnderWay;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            samples.Add(new SoakSample(
                (int)Stopwatch.GetElapsedTime(started).TotalSeconds, Environment.WorkingSet / 1048576.0, (GC.GetTotalMemory(forceFullCollection: false) - ledger.Size) / 1048576.0,
                underWay, await broker.Totals(), ledger.Published, ledger.Arrived));
        }

        return samples;

        async Task At(TimeSpan time)
        {
            if (time - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
                await Task.Delay(left, cancel);
        }
    }

    /// <summary>The broker's totals, when three in a row are the same and as they should be; after a while, as they are.</summary>
    private static async Task<BrokerTotals> Settled(Broker broker, Func<BrokerTotals, bool> asTheyShouldBe, CancellationToken cancel)
    {
        var (last, same) = (await broker.Totals(), 1);
        await Until(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            var next = await broker.Totals();
            (last, same) = (next, next == last ? same + 1 : 1);
            return same >= 3 && asTheyShouldBe(last);
        }, cancel);
        return last;
    }

    /// <summary>Waits for something, but not for ever: the books say what is missing then.</summary>
    private static async Task Until(Func<Task<bool>> condition, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition() && Stopwatch.GetElapsedTime(started) < EndLimit)
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
    }

    private static long NumberOf(string id) => long.Parse(id[(id.IndexOf('-', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
}
