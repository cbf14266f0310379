namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// Reads what is in the logs, and waits for more: a service of the silo. Thread-safe; keeps nobody's thread waiting for the database.
/// </summary>
public interface IDurableLogReader
{
    /// <summary>
    /// The entries of one entity in the order of their sequences, a page of them: those from <paramref name="fromSequence"/> on.
    /// </summary>
    /// <remarks>The next page begins after the last sequence of this one. A page that is not full is the last, for the time
    /// being.</remarks>
    /// <typeparam name="T">
    /// What the log's <see cref="IDurableLogFormat"/> reads. In a log without one: what was appended; for events of grains,
    /// <see cref="object"/> will do.
    /// </typeparam>
    /// <param name="log">Its name.</param>
    /// <param name="entity">Whose history.</param>
    /// <param name="fromSequence">The first sequence that is wanted.</param>
    /// <param name="limit">How many entries at most: 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">No entry can have such a name, or the limit is out of range.</exception>
    /// <exception cref="InvalidDataException">An entry cannot be read as <typeparamref name="T"/>; the message says which.</exception>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task<IReadOnlyList<DurableLogEntry<T>>> ReadHistory<T>(
        string log, string entity, long fromSequence = 0, int limit = 100, CancellationToken cancellationToken = default) where T : class;

    /// <summary>
    /// Waits until an entity has an entry after <paramref name="afterSequence"/>, which it may have already. Entries of this process are
    /// known at once, those of others on PostgreSQL within <see cref="GroupCommitOptions.LogPollInterval"/>. Waiting costs a few hundred
    /// bytes, and no query of its own.
    /// </summary>
    /// <param name="log">Its name.</param>
    /// <param name="entity">Whose entry.</param>
    /// <param name="afterSequence">The newest that is known: any with a larger sequence ends the waiting.</param>
    /// <param name="limit">How long; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes. While the database does not answer,
    /// the time goes on. Zero: it is asked once, by a query of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False: there was none within the limit.</returns>
    /// <exception cref="ArgumentException">No entry can have such a name, or the limit is negative.</exception>
    /// <exception cref="IOException">The limit is zero, and the database does not answer.</exception>
    /// <exception cref="InvalidOperationException">The silo stops.</exception>
    Task<bool> WaitForEntity(string log, string entity, long afterSequence, TimeSpan limit, CancellationToken cancellationToken = default);

    /// <summary>Where the logs of this service end now.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task<DurableLogPosition> ReadEnd(CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until there is an entry after a position, in whichever log of this service: see <see cref="WaitForEntity"/>. It may be over
    /// without one, since an append whose place is taken moves the end, too.
    /// </summary>
    /// <param name="after">From <see cref="ReadEnd"/>.</param>
    /// <param name="limit">As there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False: there was none within the limit.</returns>
    /// <exception cref="ArgumentException">The limit is negative.</exception>
    /// <exception cref="IOException">The limit is zero, and the database does not answer.</exception>
    /// <exception cref="InvalidOperationException">The silo stops.</exception>
    Task<bool> WaitForMore(DurableLogPosition after, TimeSpan limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// What was appended after a position, in whichever log of this service: where the entries lie, not what they say. A process is left
    /// out of the page's end when it has ended and all it wrote was read; should it live after all, what it writes from then on comes.
    /// </summary>
    /// <param name="after">From <see cref="ReadEnd"/>, or the end of the page before.</param>
    /// <param name="limit">How many entries at most: 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The limit is out of range.</exception>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task<DurableLogPage> ReadPlaces(DurableLogPosition after, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>
    /// Those of some places, in their order, whose events their stream providers have taken, or have put aside. While events wait in the
    /// outbox (of a process that died, say), none is known to be.
    /// </summary>
    /// <param name="places">From <see cref="ReadPlaces"/>; those that nobody delivers are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task<IReadOnlyList<DurableLogPlace>> FindDelivered(
        IReadOnlyCollection<DurableLogPlace> places, CancellationToken cancellationToken = default);
}
