using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs;

/// <summary>What readers of logs ask, counted, with faults on demand.</summary>
internal sealed class LogsUnderTest(IDialect dialect) : ILogStore
{
    private ILogStore Inner => dialect.Logs;

    private int _questions;

    /// <summary>How often the database was asked for something new.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>Set: every question fails with it.</summary>
    public Exception? Down { get; set; }

    public bool IsShared => Inner.IsShared;

    public long OwnerOf(long id) => Inner.OwnerOf(id);

    public Task<IReadOnlyDictionary<long, long>> ReadDroppable(CancellationToken cancellationToken) =>
        Inner.ReadDroppable(cancellationToken);

    public Task<IReadOnlyDictionary<long, long>> ReadDelivered(IReadOnlyCollection<long> owners, CancellationToken cancellationToken) =>
        Inner.ReadDelivered(owners, cancellationToken);

    public Task<long> Drop(long owner, long upToId, int limit, CancellationToken cancellationToken) =>
        Inner.Drop(owner, upToId, limit, cancellationToken);

    public string ServiceId => Inner.ServiceId;

    public Task<IReadOnlyDictionary<long, long>> ReadAllHeads(CancellationToken cancellationToken) => Inner.ReadAllHeads(cancellationToken);

    public Task<IReadOnlyList<LogRecord>> ReadRecords(string log, long owner, long afterId, int limit,
        CancellationToken cancellationToken) =>
        Inner.ReadRecords(log, owner, afterId, limit, cancellationToken);

    public Task<long> Count(long owner, long afterId, int limit, CancellationToken cancellationToken) =>
        Inner.Count(owner, afterId, limit, cancellationToken);

    public Task<IProjectionLease?> TryLease(string name, TimeSpan patience, CancellationToken cancellationToken) =>
        Inner.TryLease(name, patience, cancellationToken);

    public Task<IProjectionLease> OpenBeside(CancellationToken cancellationToken) => Inner.OpenBeside(cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadHistory(LogEntity entity, long from, int limit, CancellationToken cancellationToken) =>
        Inner.ReadHistory(entity, from, limit, cancellationToken);

    public Task<IReadOnlyList<bool>> HaveMore(IReadOnlyList<LogPlace> places, CancellationToken cancellationToken) =>
        Ask(() => Inner.HaveMore(places, cancellationToken));

    public Task<IReadOnlyList<LogHead>> ReadHeads(IReadOnlyCollection<long> others, CancellationToken cancellationToken) =>
        Ask(() => Inner.ReadHeads(others, cancellationToken));

    private Task<TResult> Ask<TResult>(Func<Task<TResult>> ask)
    {
        Interlocked.Increment(ref _questions);
        return Down is { } down ? Task.FromException<TResult>(down) : ask();
    }
}
