using System.Diagnostics;
using System.Globalization;
using Chaos.Crashes;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Shopping;
using Testing.Servers;

namespace Chaos.Cluster;

/// <summary>What one fault did, as clients saw it.</summary>
/// <param name="IsMet">Whether the fault's target was; null: none was set.</param>
/// <param name="Steady">Seconds from the fault until orders flowed at the usual rate and nobody waited any more because of it.</param>
internal sealed record Suffered(string Fault, bool? IsMet, double Steady, FlowDuring Flow)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Fault}: all served {Flow.AllServed:F2} s{(IsMet is { } met ? met ? " (target met)" : " (target missed)" : "")}, first confirmed {Flow.FirstConfirmed:F2} s, longest pause {Flow.LongestPause:F2} s, steady {Steady:F1} s, confirmed {Flow.Confirmed}, failed requests {Flow.FailedFirst} ({Flow.FailedAnswers} answers: {string.Join(", ", Flow.Failures.Select(kind => $"{kind.Value.Answers} {kind.Key} after up to {kind.Value.LongestAfter:F1} s"))})");
}

/// <summary>Buyers at a cluster while parts of it fail; and the reckoning.</summary>
internal sealed class Ordeal : IAsyncDisposable
{
    private static readonly TimeSpan SteadyLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan EndsLimit = TimeSpan.FromSeconds(90);

    private readonly RunningCluster cluster;
    private readonly Witness witness;
    private readonly ShopApi api;
    private readonly Buyers buyers;
    private readonly CancellationTokenSource stop;
    private readonly CancellationToken cancel;
    private readonly List<(string Name, Target? Target, FaultTime Time)> faults = [];
    private Task happening = Task.CompletedTask;

    private Ordeal(ClusterFixture shop, Buyers buyers, CancellationToken cancel)
    {
        (cluster, api, witness, this.buyers) = (shop.Cluster, shop.Api, shop.Witness, buyers);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        this.cancel = stop.Token;
    }

    public int Acknowledged => buyers.Book.Count;

    /// <summary>Orders flow when it returns.</summary>
    public static async Task<Ordeal> Begin(ClusterFixture shop, int seed, CancellationToken cancel)
    {
        var ordeal = new Ordeal(shop, await Buyers.In(shop.Api, seed, cancel), cancel);
        try
        {
            var now = Stopwatch.GetTimestamp();
            await ordeal.UntilSteady("the start", now, now, now);
            return ordeal;
        }
        catch
        {
            await ordeal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it happen, and waits until nobody notices any more.</summary>
    public async Task Strike(ClusterFault fault, string silo)
    {
        await Suffer(fault.Name, fault.Target, fault.Happens, silo);
        if (fault.Heal is { } heal)
            await Suffer($"{fault.Name}: back again", null, heal, silo);
    }

    /// <summary>What each fault did, in the order in which they happened. Waits for those who still wait, since it counts how long they do.</summary>
    public async Task<IReadOnlyList<Suffered>> Measure()
    {
        var now = Stopwatch.GetTimestamp();
        await Unbroken(Wait.Until(
            () => buyers.Flow.Waiting(before: now) == 0, SteadyLimit, () => $"{buyers.Flow.Waiting(now)} requests have no outcome after {SteadyLimit}", cancel));
        return
        [
            .. from fault in faults
               let flow = buyers.Flow.During(fault.Time)
               let steady = Stopwatch.GetElapsedTime(fault.Time.Begun, fault.Time.End).TotalSeconds
               select new Suffered(fault.Name, fault.Target?.IsMet(flow), Math.Round(steady, 2), flow),
        ];
    }

    /// <summary>Waits until the buyers have placed so many orders, in all.</summary>
    public Task UntilPlaced(int orders) => Unbroken(Wait.Until(
        () => Acknowledged >= orders, SteadyLimit, () => $"only {Acknowledged} of {orders} orders were acknowledged", cancel));

    /// <summary>Lets all orders end, and compares all books.</summary>
    /// <returns>How many orders ended how.</returns>
    public async Task<IReadOnlyDictionary<string, int>> Reckon()
    {
        await Unbroken(buyers.Close());
        // Before anybody reads an order again, which would wake its saga: all of them end by themselves, and no event stays behind.
        None(await DatabaseOfShop.On(PostgresDatabase.At(cluster.ConnectionString)).ComeToRest(EndsLimit, cancel));
        None(await witness.Unheard(EndsLimit, cancel));
        var (atRest, _) = await BookAudit.WaitForInvariants(api, EndsLimit, cancel);
        Assert.True(atRest.Ok, atRest.ToString());

        var audit = await new BookAudit(api, buyers.Book, EndsLimit, untilFinal: true, cancelWaiting: false).Run(cancel);
        Assert.True(audit.Invariants.Ok, audit.Invariants.ToString());
        None([.. audit.Faults, .. await Replays.Faults(api, buyers.Book, cancel), .. await Left(), .. cluster.UnexplainedEnds()]);
        return audit.Statuses;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        // What is broken off must not hit the next spec.
        await happening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await buyers.DisposeAsync();
        stop.Dispose();
    }

    private async Task Suffer(string name, Target? target, Func<Strike, Task> happens, string silo)
    {
        var strike = new Strike(cluster, silo, cancel);
        await Unbroken(happens(strike));
        var repaired = Stopwatch.GetTimestamp();
        // Who only comes back strikes nobody.
        var struck = strike.Struck ?? strike.Begun;
        await UntilSteady(name, strike.Begun, struck, repaired);
        faults.Add((name, target, new FaultTime(strike.Begun, struck, repaired, Stopwatch.GetTimestamp())));
    }

    /// <summary>A message that stays when all orders have ended was parked, or forgotten. The broker counts late, and a copy may wait to be told from its original.</summary>
    private async Task<IReadOnlyList<string>> Left()
    {
        using var management = cluster.Management();
        var from = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var left = (await management.Queues()).Where(queue => queue.Messages > 0).Select(queue => $"{queue.Messages} messages are left in {queue.Name}").ToList();
            if (left.Count == 0 || Stopwatch.GetElapsedTime(from) > EndsLimit)
                return left;
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    private async Task Unbroken(Task what)
    {
        happening = what;
        await await Task.WhenAny(what, buyers.Broken);
    }

    private Task UntilSteady(string after, long begun, long struck, long repaired) => Unbroken(Wait.Until(
        () => buyers.Flow.IsSteady(struck, repaired), SteadyLimit,
        () => $"orders do not flow {SteadyLimit} after {after}: {buyers.Flow.Waiting(repaired)} still wait, {buyers.Flow.During(new FaultTime(begun, struck, repaired, Stopwatch.GetTimestamp()))}", cancel));

    private static void None(IReadOnlyList<string> faults) => Assert.True(faults.Count == 0, $"{faults.Count} faults:\n  {string.Join("\n  ", faults.Take(50))}");
}
