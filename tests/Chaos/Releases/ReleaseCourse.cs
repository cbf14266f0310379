using System.Diagnostics;
using Chaos.Cluster;
using Chaos.Crashes;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Shopping;

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
        var course = new ReleaseCourse(api, await Buyers.In(api, ChaosSettings.Seed, cancel), cancel);
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
