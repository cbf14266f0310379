namespace Orleans.Persistence.GroupCommit;

/// <summary>Reads what is stored, as of one moment, without activating a grain: for checks, listings and exports. Thread-safe.</summary>
public interface IDurableInspector
{
    /// <summary>One consistent view of the database; dispose it soon, it holds a connection and keeps old row versions alive.</summary>
    Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default);
}

/// <summary>One consistent view. Use one reader at a time; not thread-safe.</summary>
public interface IDurableSnapshot : IAsyncDisposable
{
    /// <summary>The states of a grain type (or rows of a kind), in the ordinal order of their keys.</summary>
    /// <param name="kind">The grain type's name (e.g. <c>order</c>) or a kind of <see cref="IDurableRows"/>.</param>
    /// <param name="afterKey">Only keys greater than this one; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<DurableRow<T>> ReadRows<T>(string kind, string? afterKey = null, CancellationToken cancellationToken = default) where T : class;

    /// <summary>The same, of the keys between two.</summary>
    /// <remarks>
    /// All kinds lie together, in the order of their keys: only bounds keep a reading from stepping over what others have stored before and after.
    /// </remarks>
    /// <param name="kind">As above.</param>
    /// <param name="afterKey">Only keys greater than this one.</param>
    /// <param name="beforeKey">Only keys less than this one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<DurableRow<T>> ReadRowsBetween<T>(string kind, string afterKey, string beforeKey, CancellationToken cancellationToken = default)
        where T : class => ReadRows<T>(kind, afterKey, cancellationToken).TakeWhile(row => string.CompareOrdinal(row.Key, beforeKey) < 0);

    /// <summary>One state or row, or null.</summary>
    ValueTask<DurableRow<T>?> ReadRow<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class;

    /// <summary>The entries of one map over all grains of a type, grouped by grain in the ordinal order of their keys.</summary>
    IAsyncEnumerable<DurableEntry<T>> ReadEntries<T>(string kind, string map, CancellationToken cancellationToken = default) where T : class;

    /// <summary>The armed messages, in the ordinal order of their targets.</summary>
    /// <param name="from">Only those for this grain and the ones after it; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<ArmedMessage> ReadScheduled(GrainId? from = null, CancellationToken cancellationToken = default);

    /// <summary>How much waits in the outbox.</summary>
    ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken = default);

    /// <summary>The entries of a log (<see cref="IDurableLog"/>) by entity, in ordinal order, and sequence.</summary>
    /// <param name="log">Its name.</param>
    /// <param name="from">Only entities that are not before this one; null for all. Those that begin with <c>order/</c>: from it, before <c>order0</c>.</param>
    /// <param name="before">Only entities that are before this one; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<DurableLogEntry<T>> ReadLog<T>(
        string log, string? from = null, string? before = null, CancellationToken cancellationToken = default) where T : class;
}

/// <summary>An entry of a durable map.</summary>
/// <param name="GrainKey">The key of the grain whose map it is.</param>
/// <param name="Key">Of the entry.</param>
/// <param name="Value">Of the entry.</param>
public sealed record DurableEntry<T>(string GrainKey, string Key, T Value) where T : class;

/// <summary>A message that waits for its time.</summary>
/// <param name="Target">The grain it is for.</param>
/// <param name="Name">Which of the grain's messages.</param>
/// <param name="DueAt">UTC.</param>
/// <param name="Attempts">Failed calls so far.</param>
public sealed record ArmedMessage(GrainId Target, string Name, DateTimeOffset DueAt, int Attempts);

/// <summary>Messages that are not yet delivered.</summary>
/// <param name="Waiting">To be published or being published.</param>
/// <param name="Quarantined">Set aside because they could not be read or delivered; they need a person.</param>
public sealed record OutboxDepth(long Waiting, long Quarantined);
