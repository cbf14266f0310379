using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs;

/// <summary>A grain with two activations under one id, as a cluster has for a while after a silo was thought dead.</summary>
[Alias("spec.ITwin")]
public interface ITwin : IGrainWithStringKey
{
    [Alias("Add")] Task<long> Add(string publish);
}

// Not reentrant: while one activation is busy, a call goes to the other one.
[GrainType("twin"), StatelessWorker(2)]
public sealed class TwinGrain([Durable] IDurable<CounterState> counter) : Grain, ITwin
{
    public async Task<long> Add(string publish)
    {
        var next = (counter.State ?? new CounterState()) with { Total = (counter.State?.Total ?? 0) + 1 };
        await counter.Commit(next, new Outgoing().Publish("streams", StreamId.Create("twins", "t"), new CounterChanged(publish)));
        return next.Total;
    }
}
