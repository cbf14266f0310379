using System.Diagnostics;
using System.Globalization;
using Chaos.Cluster;
using Chaos.Crashes;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Workloads;

namespace Chaos.Releases;

/// <summary>Buyers, what happens meanwhile, and the reckoning.</summary>
internal sealed class ReleaseCourse : IAsyncDisposable
{
    private static readonly TimeSpan SteadyLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan EndsLimit = TimeSpan.FromSeconds(90);

    private readonly ShopApi api;
    private readonly Buyers buyers;
    private readonly CancellationToken cancel;
    private readonly List<(string Name, FaultTime Time)> steps = [];

    private ReleaseCourse(ShopApi api, Buyers buyers, CancellationToken cancel) => (this.api, this.buyers, this.cancel) = (api, buyers, cancel);

    public int Acknowledged => buyers.Book.Count;

    public IEnumerable<Suffered> Steps => steps.Select(step => new Suffered(
        step.Name, null, Math.Round(Stopwatch.GetElapsedTime(step.Time.Begun, step.Time.End).TotalSeconds, 2), buyers.Flow.During(step.Time)));

    /// <summary>Orders flow when it returns.</summary>
    public static async Task<ReleaseCourse> Begin(ShopApi api, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(ChaosSettings.Seed);
        List<StockedProduct> products =
        [
            .. Enumerable.Range(0, 20).Select(n => ShopSetup.Plenty(string.Create(CultureInfo.InvariantCulture, $"plenty-{run}-{n}"), n)),
            new StockedProduct($"scarce-{run}", Price: 1990, Received: 40, Scarce: true),
        ];
        await ShopSetup.Stock(api, products, cancel);
        var book = new OrderBook(products.ToDictionary(product => product.Id));
        var course = new ReleaseCourse(
            api, new Buyers(api, book, new MixedOrders(run, products, declinedPercent: 8, captureFailsPercent: 4), ChaosSettings.Seed, cancel), cancel);
        try
        {
            await course.Take("the start", () => Task.CompletedTask);
            return course;
        }
        catch
        {
            await course.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it happen, and waits until orders flow as before and nobody waits any more because of it.</summary>
    public async Task Take(string name, Func<Task> step)
    {
        var begun = Stopwatch.GetTimestamp();
        await Unbroken(step());
        var repaired = Stopwatch.GetTimestamp();
        await Unbroken(Wait.Until(
            () => buyers.Flow.IsSteady(begun, repaired), SteadyLimit,
            () => $"orders do not flow {SteadyLimit} after: {name}; {buyers.Flow.Waiting(repaired)} still wait", cancel));
        steps.Add((name, new FaultTime(begun, begun, repaired, Stopwatch.GetTimestamp())));
    }

    /// <inheritdoc cref="Ordeal.Reckon"/>
    public async Task<IReadOnlyDictionary<string, int>> Reckon(DatabaseOfShop database)
    {
        await Unbroken(buyers.Close());
        None(await database.ComeToRest(EndsLimit, cancel));
        var (atRest, _) = await BookAudit.WaitForInvariants(api, EndsLimit, cancel);
        Assert.True(atRest.Ok, atRest.ToString());
        var audit = await new BookAudit(api, buyers.Book, EndsLimit, untilFinal: true, cancelWaiting: false).Run(cancel);
        Assert.True(audit.Invariants.Ok, audit.Invariants.ToString());
        None([.. audit.Faults, .. await Replays.Faults(api, buyers.Book, cancel)]);
        return audit.Statuses;
    }

    public ValueTask DisposeAsync() => buyers.DisposeAsync();

    private async Task Unbroken(Task what) => await await Task.WhenAny(what, buyers.Broken);

    private static void None(IReadOnlyList<string> faults) => Assert.True(faults.Count == 0, $"{faults.Count} faults:\n  {string.Join("\n  ", faults.Take(50))}");
}
