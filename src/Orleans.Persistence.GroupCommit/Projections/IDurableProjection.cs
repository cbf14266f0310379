using System.Data.Common;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// Makes rows of its own out of the entries of a log: a list, a search table, a sum. Its rows and its place in the log commit in one
/// transaction, so each entry takes effect exactly once. Registered by <c>AddDurableProjection</c>; runs on one silo of the cluster at a
/// time, one call after the other.
/// </summary>
/// <remarks>
/// Commands go through <c>transaction.Connection</c> and are given the transaction; neither may be ended or closed. What is done elsewhere
/// (a call, a file) is not undone when the transaction fails, and comes again. On SQLite grains cannot commit while a call runs: keep it
/// short.
/// </remarks>
/// <typeparam name="T">What the entries say; see <see cref="IDurableLogReader.ReadHistory{T}"/>.</typeparam>
public interface IDurableProjection<T> where T : class
{
    /// <summary>
    /// Applies entries to the rows. What one process has written comes in the order of its commits; an entity whose grain has moved between
    /// silos may come out of order there, which its sequences tell.
    /// </summary>
    /// <param name="entries">One at least.</param>
    /// <param name="transaction">Of the database that the log is in.</param>
    /// <param name="cancellationToken">Ends when the silo stops, or after <see cref="DurableProjectionOptions.ApplyTimeout"/>; must be
    /// heeded.</param>
    /// <exception cref="Exception">Nothing of it is kept, and the entries come again.</exception>
    Task Apply(IReadOnlyList<ProjectedEntry<T>> entries, DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Removes all that was made, or makes the tables: called before the first entry, and whenever all is to be made anew. All entries come
    /// again then.
    /// </summary>
    /// <param name="transaction">In which the place in the log goes back, too.</param>
    /// <param name="cancellationToken">Ends when the silo stops.</param>
    Task Reset(DbTransaction transaction, CancellationToken cancellationToken);
}

/// <summary>An entry of a log for a projection.</summary>
/// <param name="Entity">What it is about.</param>
/// <param name="Sequence">Its place among the entity's entries.</param>
/// <param name="Value">What it says.</param>
/// <param name="WrittenAt">When it was appended; null for what an earlier release has appended without a grain.</param>
public readonly record struct ProjectedEntry<T>(string Entity, long Sequence, T Value, DateTimeOffset? WrittenAt) where T : class;
