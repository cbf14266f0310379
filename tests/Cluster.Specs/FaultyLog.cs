using Orleans.Persistence.GroupCommit;

namespace Shop.Cluster.Specs;

/// <summary>The log, which fails while it is told to: as when its database is away.</summary>
internal sealed class FaultyLog(IDurableLog inner, LogFaults faults) : IDurableLog
{
    public Task Append<T>(string log, IReadOnlyList<DurableLogEntry<T>> entries, CancellationToken cancellationToken = default) where T : class =>
        faults.Next() ? Task.FromException(new DurableStateLostException("The log fails in this spec.")) : inner.Append(log, entries, cancellationToken);

    public Task<bool> IsWrittenByAll(CancellationToken cancellationToken = default) => inner.IsWrittenByAll(cancellationToken);
}

/// <summary>How often the log is to fail.</summary>
internal sealed class LogFaults
{
    private int left;

    public bool AreOver => Volatile.Read(ref left) <= 0;

    public void Fail(int times) => Volatile.Write(ref left, times);

    public bool Next() => Interlocked.Decrement(ref left) >= 0;
}
