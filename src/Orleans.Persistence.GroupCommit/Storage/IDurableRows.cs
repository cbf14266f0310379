namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// Durable rows without a grain, written by the same group commits: for ledgers and registers of services that need
/// compare-and-swap but no activation. Thread-safe.
/// </summary>
public interface IDurableRows
{
    /// <summary>The row, or null when there is none.</summary>
    /// <param name="kind">A family of rows; must not be the name of a grain type.</param>
    /// <param name="key">Within the kind.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">No row can have this kind and key; the message says why.</exception>
    ValueTask<DurableRow<T>?> Read<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class;

    /// <summary>Writes the row if its stored version is still the expected one (0: if there is none). Durable when it returns true.</summary>
    /// <returns>False: another write came first; nothing was stored.</returns>
    /// <exception cref="ArgumentException">No row can have this kind and key: on PostgreSQL also when Orleans' AdoNet encoding would mix it up with another one.</exception>
    /// <exception cref="DurableStateLostException">The write failed or ended ambiguously: read again.</exception>
    /// <exception cref="GroupCommitQueueFullException">The database does not keep up; nothing was stored.</exception>
    /// <exception cref="OperationCanceledException">The waiting was given up; the write may still be stored.</exception>
    Task<bool> TryWrite<T>(string kind, string key, T value, long expectedVersion, CancellationToken cancellationToken = default) where T : class;
}

/// <summary>A stored value and its ETag.</summary>
/// <param name="Key">Of the row, within its kind.</param>
/// <param name="Version">How many writes it has seen.</param>
/// <param name="Value">What is stored.</param>
public sealed record DurableRow<T>(string Key, long Version, T Value) where T : class;
