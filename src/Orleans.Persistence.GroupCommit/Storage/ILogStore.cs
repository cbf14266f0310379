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

    /// <summary>The newest id of each owner that has an entry, however long ago it ended.</summary>
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

    /// <summary>For each owner that has an entry: the last id up to which nobody needs its entries any more.</summary>
    Task<IReadOnlyDictionary<long, long>> ReadDroppable(CancellationToken cancellationToken);

    /// <summary>For each owner: the last id up to which all is delivered. None at all while something waits in the outbox.</summary>
    Task<IReadOnlyDictionary<long, long>> ReadDelivered(IReadOnlyCollection<long> owners, CancellationToken cancellationToken);

    /// <summary>Removes the first entries of an owner.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="upToId">None after this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many there were.</returns>
    Task<long> Drop(long owner, long upToId, int limit, CancellationToken cancellationToken);

    /// <summary>Whose it all is.</summary>
    string ServiceId { get; }

    /// <summary>Whose entry it is: within an owner, entries are committed in the order of their ids.</summary>
    long OwnerOf(long id);

    /// <summary>How far each owner has come that writes now.</summary>
    /// <param name="others">Owners that are wanted also if they have ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<LogHead>> ReadHeads(IReadOnlyCollection<long> others, CancellationToken cancellationToken);
}

/// <param name="Owner">Who writes.</param>
/// <param name="Id">Of its newest entry; what is smaller than its first one when it has none.</param>
/// <param name="MayMove">It has not ended.</param>
internal readonly record struct LogHead(long Owner, long Id, bool MayMove);

/// <param name="Id">Grows in the order of its owner's commits.</param>
/// <param name="Log">Its name.</param>
/// <param name="Row">What it says.</param>
/// <param name="WrittenAt">Null: an earlier release has appended it without a grain.</param>
/// <param name="Provider">Who delivers it; null: nobody.</param>
internal readonly record struct LogRecord(long Id, string Log, LogRow Row, DateTimeOffset? WrittenAt, string? Provider);

/// <param name="Log">Its name.</param>
/// <param name="Name">Of the entity.</param>
internal readonly record struct LogEntity(string Log, string Name);
