namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// A grain's durable state. Changes are made in memory at once and written in the background, one write in flight per grain;
/// what is committed meanwhile goes together with the next. A commit's task ends when state, map entries and outgoing
/// messages are all durable, in one transaction.
/// </summary>
/// <remarks>
/// <para>Inject it with <see cref="DurableAttribute"/>. Call it from the grain's own scheduler only; it is not thread-safe.
/// The grain should be reentrant, otherwise commits cannot gather while one is being written.</para>
/// <para>An answer that was derived from <see cref="State"/> may only leave the grain after <see cref="WhenDurable"/>
/// (or the commit's own task): memory runs ahead of the database, and a crash takes memory back. What was only staged is not even
/// written until a commit carries it: <see cref="WhenDurable"/> says nothing about it.</para>
/// <para>A failed or conflicting write poisons the facet: every waiter and every later call gets the failure, and the
/// activation is ended, so that the next one starts from what is stored.</para>
/// </remarks>
/// <typeparam name="TState">An immutable class that the Orleans serializer can write. Keep it small; what grows belongs into an <see cref="IDurableMap{TValue}"/>.</typeparam>
public interface IDurable<TState> where TState : class
{
    /// <summary>The newest state, which may not be durable yet; null while nothing was ever committed.</summary>
    /// <exception cref="DurableStateLostException">The facet is poisoned.</exception>
    TState? State { get; }

    /// <summary>The newest state that is durable; null while there is none. Needs no waiting.</summary>
    /// <exception cref="DurableStateLostException">The facet is poisoned.</exception>
    TState? DurableState { get; }

    /// <summary>How many writes the stored row has seen: its ETag. 0 while there is none.</summary>
    long StoredVersion { get; }

    /// <summary>
    /// Reads what is stored, if the activation has not done so yet: only with <see cref="DurableAttribute.LoadOnDemand"/>. While a
    /// <see cref="TryCreate"/> is under way, waits for what comes of it.
    /// </summary>
    /// <exception cref="DurableStateLostException">The facet is poisoned.</exception>
    Task Load();

    /// <summary>
    /// Stores the first state of a grain that is probably new, together with the messages, without having read: with
    /// <see cref="DurableAttribute.LoadOnDemand"/>, an insert. Should the row be there, nothing is stored, and memory holds what it says.
    /// </summary>
    /// <returns>True: durable. False: the row exists; decide again by <see cref="State"/> (which is null if somebody has cleared it).</returns>
    /// <exception cref="InvalidOperationException">As with <see cref="Commit"/>.</exception>
    /// <exception cref="DurableStateLostException">The write failed. Poisons the facet.</exception>
    /// <exception cref="GroupCommitQueueFullException">The database is not keeping up. Poisons the facet.</exception>
    Task<bool> TryCreate(TState first, Outgoing? outgoing = null);

    /// <summary>Moves memory on without writing; the next commit carries it. For steps that a restart can repeat.</summary>
    /// <exception cref="DurableStateLostException">The facet is poisoned.</exception>
    void Stage(TState next);

    /// <summary>
    /// Makes <paramref name="next"/> the state and queues it for writing, together with the staged changes of the grain's
    /// maps and the messages. Everything up to the return of the task happens synchronously.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Thrown at once, nothing is queued: a message is for an unknown stream provider, or <paramref name="outgoing"/> went with an earlier
    /// commit. The facet stays usable, unless a map has changes that no commit covers; they were meant for this one, so it is poisoned.
    /// </exception>
    /// <returns>Ends when all of it is durable.</returns>
    /// <exception cref="DurableStateLostException">The write failed or conflicted; what was to be stored may or may not be. Thrown by the task, and by later calls.</exception>
    /// <exception cref="GroupCommitQueueFullException">The database is not keeping up and the writer has waited long enough. Poisons the facet.</exception>
    Task Commit(TState next, Outgoing? outgoing = null);

    /// <summary>
    /// Ends when everything committed so far is durable; at once when it already is. It does not cover what was only staged, nor entries of
    /// maps that were changed since the last commit.
    /// </summary>
    /// <exception cref="DurableStateLostException">It could not be made durable.</exception>
    Task WhenDurable();

    /// <summary>
    /// Waits like <see cref="WhenDurable"/> (and covers no more), then asks the database whether the stored row is still the one this activation
    /// wrote or read. Required before an answer that ends something ("not found", "too late", "already final"): for a while
    /// two activations of one grain can exist, and the stale one must not give it.
    /// </summary>
    /// <exception cref="DurableStateLostException">It is not: another activation has written. The facet is poisoned.</exception>
    Task ConfirmCurrent();
}
