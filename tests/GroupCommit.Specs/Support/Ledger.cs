using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs;

/// <summary>A state that says how much its entries sum up to.</summary>
[Alias("spec.ILedger")]
public interface ILedger : IGrainWithStringKey
{
    [Alias("Put")] Task Put(string key, long amount);

    [Alias("PutMany")] Task PutMany(int count);

    [Alias("Drop")] Task<bool> Drop(string key);

    [Alias("PutWithoutCommit")] Task PutWithoutCommit(string key, long amount);

    /// <summary>Its event is for nobody, so the commit is refused.</summary>
    [Alias("PutAndPublishToNobody")] Task PutAndPublishToNobody(string key, long amount);

    [Alias("Entries")] Task<Dictionary<string, long>> Entries();

    [Alias("Total")] Task<long> Total();
}

[GenerateSerializer, Alias("spec.LedgerState")]
public sealed record LedgerState([property: Id(0)] long Total);

[GenerateSerializer, Alias("spec.LedgerEntry")]
public sealed record LedgerEntry([property: Id(0)] long Amount);

[GrainType("ledger"), Reentrant]
public sealed class LedgerGrain([Durable] IDurable<LedgerState> ledger, [Durable("entries")] IDurableMap<LedgerEntry> entries) : Grain, ILedger
{
    private long Sum => ledger.State?.Total ?? 0;

    public Task Put(string key, long amount)
    {
        var sum = Sum - (entries.Find(key)?.Amount ?? 0) + amount;
        entries.Set(key, new LedgerEntry(amount));
        return ledger.Commit(new LedgerState(sum));
    }

    public Task PutMany(int count)
    {
        for (var i = 0; i < count; i++)
            entries.Set($"e{i}", new LedgerEntry(1));

        return ledger.Commit(new LedgerState(count));
    }

    public async Task<bool> Drop(string key)
    {
        if (!entries.TryGetValue(key, out var entry))
            return false;

        entries.Remove(key);
        await ledger.Commit(new LedgerState(Sum - entry.Amount));
        return true;
    }

    public Task PutWithoutCommit(string key, long amount)
    {
        entries.Set(key, new LedgerEntry(amount));
        return Task.CompletedTask;
    }

    public Task PutAndPublishToNobody(string key, long amount)
    {
        entries.Set(key, new LedgerEntry(amount));
        return ledger.Commit(new LedgerState(Sum + amount), new Outgoing().Publish("nobody", StreamId.Create("ledgers", "a"), key));
    }

    public Task<Dictionary<string, long>> Entries() => Task.FromResult(entries.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Amount));

    public Task<long> Total() => Task.FromResult(Sum);
}
