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

    /// <summary>See <see cref="ReadHeads"/>, of all owners that have an entry, however long ago they ended.</summary>
    Task<IReadOnlyDictionary<long, long>> ReadAllHeads(CancellationToken cancellationToken);

    /// <summary>What an owner has written after an id, in that order. Entries of other logs come without their payload.</summary>
    Task<IReadOnlyList<LogRecord>> ReadRecords(string log, long owner, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>How many entries an owner has written after an id, whichever log they are in; not counted beyond a limit.</summary>
    Task<long> Count(long owner, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Null: another process runs the projection, or has not been gone for long.</summary>
    /// <param name="name">Of the projection.</param>
    /// <param name="patience">How long its transactions may wait for what they do elsewhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IProjectionLease?> TryLease(string name, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>A connection for a word beside the one who runs the projection.</summary>
    Task<IProjectionLease> OpenBeside(CancellationToken cancellationToken);

    /// <summary>Whose it all is.</summary>
    string ServiceId { get; }

    /// <summary>Whose entry it is: within an owner, entries are committed in the order of their ids.</summary>
    long OwnerOf(long id);

    /// <summary>The newest id of each owner that may have been writing lately; what is smaller than its first id when it has no entry.</summary>
    Task<IReadOnlyDictionary<long, long>> ReadHeads(CancellationToken cancellationToken);
}

/// <param name="Id">Grows in the order of its owner's commits.</param>
/// <param name="Log">Its name.</param>
/// <param name="Row">What it says.</param>
/// <param name="WrittenAt">Null: it was appended without a grain.</param>
internal readonly record struct LogRecord(long Id, string Log, LogRow Row, DateTimeOffset? WrittenAt);

/// <param name="Log">Its name.</param>
/// <param name="Name">Of the entity.</param>
internal readonly record struct LogEntity(string Log, string Name);
