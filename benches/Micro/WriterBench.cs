using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro;

/// <summary>Concurrent writers, each with rows of its own and one write under way.</summary>
/// <param name="StateBytes">The size of a state.</param>
internal sealed record WriterFigure(string Store, string Through, bool Event, int StateBytes, int Writers, Summary Figure);

internal static class WriterBench
{
    // Rows of their own: what is compiled and connected by then is not measured.
    private const int WarmupBytes = 200, WarmupWriters = 64;

    public static async Task<List<WriterFigure>> Run(
        IReadOnlyList<Contender> contenders, StorageSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var figures = new List<WriterFigure>();
        Console.WriteLine("warming up");
        foreach (var rows in contenders.Select(contender => contender.Rows(StorageSettings.Rows, WarmupBytes)))
        {
            await Fill(rows, cancel);
            await Once(rows, WarmupWriters, settings, clock, cancel);
        }
        foreach (var bytes in settings.StateBytes)
        {
            var rows = contenders.Select(contender => contender.Rows(StorageSettings.Rows, bytes)).ToList();
            Console.WriteLine($"states of {bytes} B: {StorageSettings.Rows} rows into {contenders.Count} stores");
            foreach (var each in rows)
                await Fill(each, cancel);
            foreach (var writers in settings.Writers)
            {
                var rounds = contenders.Select(_ => new List<Round>()).ToList();
                for (var round = 0; round < settings.Rounds; round++)
                {
                    // One after the other and each time another one first, so that what the machine does meanwhile falls on all alike.
                    for (var turn = 0; turn < contenders.Count; turn++)
                    {
                        var at = (turn + round) % contenders.Count;
                        rounds[at].Add(await Once(rows[at], writers, settings, clock, cancel));
                    }
                }
                for (var at = 0; at < contenders.Count; at++)
                {
                    var (store, through, publishes, _) = contenders[at];
                    var figure = new WriterFigure(store, through, publishes, bytes, writers, Summary.Of(rounds[at]));
                    figures.Add(figure);
                    Console.WriteLine($"{bytes} B, {writers} writers, {store}, {through}{(publishes ? ", event" : "")}: {figure.Figure.PerSecond:F0}/s");
                }
            }
        }
        return figures;
    }

    private static async Task<Round> Once(IRows rows, int writers, StorageSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var round = await ClosedLoop.Run(
            writers, (writer, n) => rows.Write(RowOf(writer, n, writers, rows.Count)), settings.Warmup, settings.Window, clock, cancel);
        await rows.Settle();
        return round;
    }

    private static int RowOf(int writer, long n, int writers, int rows)
    {
        var own = (rows - writer + writers - 1) / writers;
        return writer + (int)(n % own) * writers;
    }

    private static async Task Fill(IRows rows, CancellationToken cancel)
    {
        await Parallel.ForAsync(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancel },
            async (row, _) => await rows.Write(row));
        await rows.Settle();
    }
}
