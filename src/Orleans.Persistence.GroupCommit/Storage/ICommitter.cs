namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>The one way to the database for all writes of a silo: gathers what waits, commits it together. Thread-safe.</summary>
internal interface ICommitter
{
    /// <summary>Queues a write. When the queue is full, waits for room.</summary>
    /// <returns>Whether it was stored (false: its expected version did not hold); ends when that is durable.</returns>
    /// <exception cref="ArgumentException">No row can have this key.</exception>
    /// <exception cref="GroupCommitQueueFullException">No room for <see cref="GroupCommitOptions.EnqueueTimeout"/>.</exception>
    /// <exception cref="DurableStateLostException">The database failed; the write may or may not be stored.</exception>
    Task<bool> Commit(WriteRequest request);

    /// <summary>Reads a row, together with what others are reading.</summary>
    Task<StoredRow?> Read(RowId row, CancellationToken cancellationToken);

    /// <summary>Whether the newest commit or the newest read failed, not because of what it asked for: the database is unavailable.</summary>
    bool IsFailing { get; }

    /// <summary>The next token for an armed message; grows, also across restarts. (Outbox rows get their ids from the dialect.)</summary>
    long NextId();

    /// <summary>
    /// Called after each durable commit, on the writer's thread, with the outbox rows it stored, ids set, in order. Must be quick and not throw.
    /// After a commit that ended ambiguously, what it stored is looked up and handed over before anything newer.
    /// Set once, before the silo starts.
    /// </summary>
    Action<IReadOnlyList<OutboxRow>>? OutboxCommitted { get; set; }
}
