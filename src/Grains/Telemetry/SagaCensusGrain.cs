using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Telemetry;

/// <summary>
/// Counts open orders by state from what is stored, for all silos: the count is made once, however many ask. Every open order has one armed row;
/// the rows are counted to the last, which is one pass over a narrow table, and the states of at most <see cref="Examined"/> of them are read, drawn
/// at random. So the cost is bounded, and beyond that many open orders the numbers are estimates, right in the sum.
/// </summary>
[GrainType("saga-census"), Reentrant]
internal sealed class SagaCensusGrain(IDurableInspector inspector, TimeProvider time, IOptions<SagaCensusOptions> options) : Grain, ISagaCensusGrain
{
    public const int Examined = 500;

    private Task<ImmutableArray<long>>? counting;
    private long countedAt;

    public Task<ImmutableArray<long>> Read()
    {
        // A little less than the pause: the silos' clocks are not in step.
        if (counting is null || counting.IsFaulted || (counting.IsCompleted && time.GetElapsedTime(countedAt) >= options.Value.Every * 0.8))
            counting = Count();
        return counting;
    }

    private async Task<ImmutableArray<long>> Count()
    {
        await using var snapshot = await inspector.OpenSnapshot();
        var (drawn, open) = await Draw(snapshot);
        var found = new long[StatusNames.All.Length];
        foreach (var key in drawn)
            found[(int)((await snapshot.ReadRow<SagaState>(SagaSchedules.GrainType, key))?.Value.Status ?? OrderStatus.Placed)]++;
        countedAt = time.GetTimestamp();
        return Scale(found, drawn.Count, open);
    }

    /// <summary>Each row is as likely to be drawn as any other, though their number is known only at the end.</summary>
    private static async Task<(List<string> Drawn, long Open)> Draw(IDurableSnapshot snapshot)
    {
        var (drawn, open) = (new List<string>(), 0L);
        await foreach (var row in snapshot.ReadScheduled(SagaSchedules.Target(OrderId.KeyPrefix)))
        {
            if (row.Target.Type.ToString() != SagaSchedules.GrainType)
                break;
            if (row.Name != SagaSchedules.Watchdog)
                continue;
            open++;
            if (drawn.Count < Examined)
                drawn.Add(row.Target.Key.ToString()!);
            else if (Random.Shared.NextInt64(open) is var place && place < Examined)
                drawn[(int)place] = row.Target.Key.ToString()!;
        }

        return (drawn, open);
    }

    /// <summary>What rounding loses goes to the largest.</summary>
    internal static ImmutableArray<long> Scale(long[] found, int drawn, long open)
    {
        if (drawn == open)
            return [.. found];
        long[] scaled = [.. found.Select(count => count * open / drawn)];
        scaled[Array.IndexOf(scaled, scaled.Max())] += open - scaled.Sum();
        return [.. scaled];
    }
}

/// <summary>Key <see cref="Key"/>.</summary>
[Alias("shop.saga-census"), GrainInterfaceType("shop.saga-census")]
internal interface ISagaCensusGrain : IGrainWithStringKey
{
    const string Key = "saga-census";

    /// <summary>How many open orders there are, by the number of their status. Not older than the pause between counts.</summary>
    [Alias("Read")]
    Task<ImmutableArray<long>> Read();
}
