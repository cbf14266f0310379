using System.Collections.Concurrent;
using System.Diagnostics;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Micro.Streams.Latency;

/// <summary>From the moment an event was due until its grain had it.</summary>
/// <param name="Events">How many were measured, over all rounds together.</param>
/// <param name="LateP99Ms">How late the bench itself was with 99 of 100 of them; it is part of their latencies.</param>
/// <param name="CpuMs">Processor milliseconds an event, by process.</param>
internal sealed record LatencyFigure(
    string Streams, int PerSecond, int Events, double P50Ms, double P99Ms, double MaxMs, double LateP99Ms, IReadOnlyDictionary<string, double> CpuMs);

/// <summary>An open loop at a rate that is far from everybody's limit.</summary>
internal static class LatencyBench
{
    private const int PerSecond = 500;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    public static async Task<List<LatencyFigure>> Run(
        IReadOnlyList<StreamContender> contenders, StreamSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var samples = contenders.Select(_ => new List<Sample>()).ToList();
        foreach (var contender in contenders)
            await Once(contender.Silo, settings.Window, clock, cancel);
        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var at = (turn + round) % contenders.Count;
                samples[at].Add(await Once(contenders[at].Silo, settings.Window, clock, cancel));
            }
        }

        var figures = contenders.Zip(samples, (contender, rounds) => Figure(contender.Name, rounds)).ToList();
        foreach (var figure in figures)
            Console.WriteLine($"latency at {PerSecond}/s: {figure.Streams}: p50 {figure.P50Ms:F2} ms, p99 {figure.P99Ms:F2} ms");
        return figures;
    }

    private static async Task<Sample> Once(StreamSilo silo, TimeSpan window, CpuClock clock, CancellationToken cancel)
    {
        var took = new ConcurrentDictionary<long, long>();
        var count = (int)(PerSecond * window.TotalSeconds);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Sink.Seen = item =>
        {
            if (took.TryAdd(item.Number, Stopwatch.GetTimestamp() - item.DueAt) && took.Count == count)
                all.TrySetResult();
        };
        var start = clock.Read();
        var publishes = new List<Task>(count);
        // A thread of its own: it must wake up on time.
        var late = await Task.Factory.StartNew(
            () => OpenLoop.Run(PerSecond, window, (n, due) => publishes.Add(silo.Streams[(int)(n % StreamSettings.Streams)].OnNextAsync(silo.Event(n, 0, dueAt: due))), cancel),
            cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(publishes).WaitAsync(EndLimit, cancel);
        await all.Task.WaitAsync(EndLimit, cancel);
        return new Sample([.. took.Values], late, CpuUse.Between(start, clock.Read()));
    }

    private static LatencyFigure Figure(string streams, List<Sample> rounds)
    {
        var took = rounds.SelectMany(round => round.Took).Order().ToList();
        var late = rounds.SelectMany(round => round.Late).Order().ToList();
        var cpu = rounds.SelectMany(round => round.Cpu.Seconds).GroupBy(p => p.Key, p => p.Value).ToDictionary(g => g.Key, g => g.Sum() * 1000 / took.Count);
        return new LatencyFigure(streams, PerSecond, took.Count, Milliseconds(took, 0.5), Milliseconds(took, 0.99), Milliseconds(took, 1), Milliseconds(late, 0.99), cpu);
    }

    private static double Milliseconds(List<long> sorted, double share) =>
        Stopwatch.GetElapsedTime(0, sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)]).TotalMilliseconds;

    private sealed record Sample(List<long> Took, List<long> Late, CpuUse Cpu);
}
