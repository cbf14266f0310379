namespace Orleans.Persistence.GroupCommit;

/// <summary>The projections of this silo: a service, for health checks and operators. Thread-safe.</summary>
public interface IDurableProjections
{
    /// <summary>How each of them does, as far as this silo knows.</summary>
    IReadOnlyList<DurableProjectionStatus> Status { get; }

    /// <summary>
    /// Has a projection made anew, from the first entry on, by whichever silo runs it. Ends when that is decided, not when it is done.
    /// </summary>
    /// <param name="name">Of the projection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">This silo has no such projection.</exception>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task Reset(string name, CancellationToken cancellationToken = default);

    /// <summary>The entries that a projection could not apply and went past, those set aside first coming first, a page of them.</summary>
    /// <param name="name">Of the projection.</param>
    /// <param name="afterId">The last <see cref="DurableProjectionFault.Id"/> of the page before.</param>
    /// <param name="limit">How many at most: 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">This silo has no such projection, or the limit is out of range.</exception>
    /// <exception cref="IOException">The database does not answer.</exception>
    Task<IReadOnlyList<DurableProjectionFault>> ReadSetAside(string name, long afterId = 0, int limit = 100,
        CancellationToken cancellationToken = default);
}

/// <summary>How a projection does.</summary>
/// <param name="Name">Of the projection.</param>
/// <param name="IsHere">This silo runs it; the others know nothing more.</param>
/// <param name="Behind">How many entries of logs it has not looked at yet, up to 100,000.</param>
/// <param name="StoppedBy">Why it does not go on: an entry that cannot be applied, a newer version. Null: it is at work.</param>
public sealed record DurableProjectionStatus(string Name, bool IsHere, long Behind, string? StoppedBy);

/// <summary>An entry that a projection has gone past.</summary>
/// <param name="Id">Of the entry.</param>
/// <param name="Entity">What it is about.</param>
/// <param name="Sequence">Its place among the entity's entries.</param>
/// <param name="Reason">Why it could not be applied.</param>
/// <param name="NoticedAt">UTC.</param>
public sealed record DurableProjectionFault(long Id, string Entity, long Sequence, string Reason, DateTimeOffset NoticedAt);
