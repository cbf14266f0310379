namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// Append-only logs without a grain, written by the same group commits: for an audit of events, a history. Nothing in them is ever changed.
/// Read through <see cref="IDurableSnapshot.ReadLog{T}"/>. Thread-safe.
/// </summary>
public interface IDurableLog
{
    /// <summary>
    /// Adds the entries, all or none. One whose place (log, entity, sequence) is taken is passed over, whatever it says: what is there stays,
    /// so that repeating an append is safe. Ends when all of them are durable.
    /// </summary>
    /// <param name="log">The log's name, up to 100 characters. Stored with every entry: short is better.</param>
    /// <param name="entries">In any order; hundreds at once cost little more than one. Large ones count like that many writes of their size.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">A name is empty, too long, no valid UTF-16, or has a NUL character. Nothing was stored.</exception>
    /// <exception cref="DurableStateLostException">The write failed or ended ambiguously: append again.</exception>
    /// <exception cref="GroupCommitQueueFullException">The database does not keep up; nothing was stored.</exception>
    /// <exception cref="OperationCanceledException">The waiting was given up; the entries may still be stored.</exception>
    Task Append<T>(string log, IReadOnlyList<DurableLogEntry<T>> entries, CancellationToken cancellationToken = default) where T : class;

    /// <summary>
    /// Whether every process of the service logs its events with its commits (<see cref="Outgoing.Append(string, string, long, object)"/>). No while a process of an
    /// earlier release of this library, which cannot, is alive or has left events that are not delivered. One may start a moment later.
    /// </summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task<bool> IsWrittenByAll(CancellationToken cancellationToken = default);
}

/// <summary>An entry of a log.</summary>
/// <param name="Entity">What it is about, up to 512 characters.</param>
/// <param name="Sequence">Its place among the entity's entries.</param>
/// <param name="Value">What it says.</param>
public readonly record struct DurableLogEntry<T>(string Entity, long Sequence, T Value) where T : class;
