using System.Globalization;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Budget;

/// <summary>What a synthetic order costs.</summary>
/// <param name="Figure">Of whole orders.</param>
internal sealed record BudgetFigure(string Store, Summary Figure);

/// <summary>Synthetic orders in a closed loop, as fast as they go.</summary>
internal static class BudgetBench
{
    public const int InFlight = 128;

    public static async Task<List<BudgetFigure>> Run(
        IReadOnlyDictionary<string, GroupCommitSilo> silos, StorageSettings settings, CpuClock clock, CancellationToken cancel)
    {
        var cases = silos.Select(silo => (Store: silo.Key, Silo: silo.Value, Rounds: new List<Round>(),
            Shelves: Enumerable.Range(0, InFlight).Select(number => new StockShelf(silo.Value, number)).ToList())).ToList();
        Console.WriteLine($"budget: {InFlight} synthetic orders in flight");
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var (_, silo, rounds, shelves) in cases)
            {
                // Twice as long as a round of plain writes: an order takes a while, and those under way at the ends are not counted.
                rounds.Add(await ClosedLoop.Run(
                    InFlight, (lane, n) => new SyntheticOrder(silo, shelves[lane], OrderId(round, n, lane)).Run(),
                    settings.Warmup * 2, settings.Window * 2, clock, cancel));
                await silo.OutboxIsEmpty();
            }
        }
        return [.. cases.Select(c => new BudgetFigure(c.Store, Summary.Of(c.Rounds)))];
    }

    // Grows with time, like the shop's storage keys.
    private static string OrderId(int round, long n, int lane) => string.Create(CultureInfo.InvariantCulture, $"order-{round:D3}-{n:D8}-{lane:D3}");
}
