namespace Orleans.Persistence.GroupCommit;

/// <summary>Whether this silo can read and store: a service of the silo, for health checks. Thread-safe.</summary>
public interface IGroupCommitHealth
{
    /// <summary>
    /// Reads, and writes as a grain's commit does: to every table that such a commit touches, on the same connection, through the same queue. Whatever
    /// keeps grains from storing is found, and nothing that grains can see is changed. Cheap: what was found is told for a second to all who
    /// ask, one attempt at most is under way, and nobody waits longer than 2 s.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>
    /// Null: all is well. Otherwise one sentence that may be shown to anybody: it names no file, host or user. A failed commit of a grain shows for 5 s in
    /// any case.
    /// </returns>
    Task<string?> FindFault(CancellationToken cancellationToken = default);
}
