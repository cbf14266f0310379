using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Maps;

/// <summary>One change, committed by a grain with many open map entries.</summary>
internal sealed record MapFigure(string Store, int Entries, Summary Figure);

/// <summary>
/// Whether a commit costs what it changes or what the grain holds. One caller: nothing coalesces, every call is a commit of its own.
/// </summary>
internal static class MapBench
{
    private static readonly int[] Sizes = [10, 100_000];

    public static async Task<List<MapFigure>> Run(
        IReadOnlyDictionary<string, GroupCommitSilo> silos, StorageSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var cases = silos.SelectMany(silo => Sizes.Select(size => (Store: silo.Key, Size: size, Rounds: new List<Round>(),
            Grain: silo.Value.Grains.GetGrain<IMapGrain>($"map-{size}")))).ToList();
        foreach (var (store, size, _, grain) in cases)
        {
            Console.WriteLine($"{store}: a grain with {size} map entries");
            await grain.Fill(size);
        }
        // Many short rounds: what is compared differs by less than the machine does from one second to the next.
        var window = settings.Window / 2;
        for (var round = 0; round < settings.Rounds * 4; round++)
        {
            for (var turn = 0; turn < cases.Count; turn++)
            {
                var (_, size, rounds, grain) = cases[(turn + round) % cases.Count];
                var random = new Random(round);
                rounds.Add(await ClosedLoop.Run(1, (_, _) => grain.Change(random.Next(size)), window / 5, window, clock, cancel));
            }
        }
        return [.. cases.Select(c => new MapFigure(c.Store, c.Size, Summary.Of(c.Rounds)))];
    }
}
