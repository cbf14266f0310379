using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs;

[Alias("spec.IPlain")]
public interface IPlain : IGrainWithStringKey
{
    [Alias("Add")] Task<long> Add();
}

/// <summary>Not reentrant: one call at a time, the others queue before the activation.</summary>
[GrainType("plain")]
public sealed class PlainGrain([Durable] IDurable<CounterState> counter) : Grain, IPlain
{
    public async Task<long> Add()
    {
        var next = (counter.State ?? new CounterState()) with { Total = (counter.State?.Total ?? 0) + 1 };
        await counter.Commit(next);
        return next.Total;
    }
}
