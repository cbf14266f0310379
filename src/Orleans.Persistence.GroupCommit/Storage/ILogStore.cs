namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>What a database does for the readers of logs. Thread-safe; whoever calls has no thread to wait on.</summary>
internal interface ILogStore
{
    /// <summary>Whether other processes append to the same logs.</summary>
    bool IsShared { get; }

    /// <summary>Entries of one entity, by sequence, from one on.</summary>
    Task<IReadOnlyList<LogRow>> ReadHistory(LogEntity entity, long from, int limit, CancellationToken cancellationToken);

    /// <summary>For each place, in order: whether its entity has an entry with a larger sequence.</summary>
    Task<IReadOnlyList<bool>> HaveMore(IReadOnlyList<LogPlace> places, CancellationToken cancellationToken);

    /// <summary>Whose entry it is: within an owner, entries are committed in the order of their ids.</summary>
    long OwnerOf(long id);

    /// <summary>The newest id of each owner that may have been writing lately; what is smaller than its first id when it has no entry.</summary>
    Task<IReadOnlyDictionary<long, long>> ReadHeads(CancellationToken cancellationToken);
}

/// <param name="Log">Its name.</param>
/// <param name="Name">Of the entity.</param>
internal readonly record struct LogEntity(string Log, string Name);
