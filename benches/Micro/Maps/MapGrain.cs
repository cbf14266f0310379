using System.Globalization;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Maps;

/// <summary>A grain with as many open entries as wanted, such as a product with its holds.</summary>
[Alias("bench.IMap")]
internal interface IMapGrain : IGrainWithStringKey
{
    /// <summary>Adds entries until there are that many.</summary>
    [Alias("Fill")] Task Fill(int entries);

    /// <summary>Changes one entry and commits.</summary>
    [Alias("Change")] Task Change(int entry);
}

[GenerateSerializer, Alias("bench.map-state")]
internal sealed record MapState([property: Id(0)] long Changes, [property: Id(1)] string Content);

[GenerateSerializer, Alias("bench.map-entry")]
internal sealed record MapEntry([property: Id(0)] string OrderId, [property: Id(1)] int Quantity, [property: Id(2)] DateTimeOffset Until);

[GrainType("bench.map"), Reentrant]
internal sealed class MapGrain([Durable] IDurable<MapState> state, [Durable("open")] IDurableMap<MapEntry> open) : Grain, IMapGrain
{
    private const int FilledAtOnce = 1_000;
    private const int StateText = 200;

    private static readonly DateTimeOffset Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task Fill(int entries)
    {
        for (var next = open.Count; next < entries; next++)
        {
            Put(next);
            if (next % FilledAtOnce == FilledAtOnce - 1)
                await Commit();
        }
        await Commit();
    }

    public Task Change(int entry)
    {
        Put(entry);
        return Commit();
    }

    private void Put(int entry)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"order-{entry:D8}");
        open.Set(id, new MapEntry(id, open.TryGetValue(id, out var known) ? known.Quantity % 9 + 1 : 1, Until));
    }

    private Task Commit()
    {
        var current = state.State ?? new MapState(0, BenchState.Text(StateText, seed: 1));
        return state.Commit(current with { Changes = current.Changes + 1 });
    }
}
