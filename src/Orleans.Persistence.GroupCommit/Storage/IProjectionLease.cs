using System.Data.Common;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>
/// The right to run a projection, which nobody else has meanwhile, and the connection that it is bound to: whoever has lost it can commit
/// nothing more. Not thread-safe.
/// </summary>
internal interface IProjectionLease : IAsyncDisposable
{
    DbConnection Connection { get; }

    /// <summary>What a query has at its end that locks the row it finds until the transaction ends.</summary>
    string RowLock { get; }

    /// <summary>
    /// After how many seconds a statement of this library is given up, whether or not the database answers; 0: never. Those of the host
    /// end when the server says so, or their token.
    /// </summary>
    int CommandTimeout { get; }

    /// <summary>Runs something in a transaction and commits it, unless it throws.</summary>
    /// <param name="work">What.</param>
    /// <param name="isLong">A statement may take as long as it takes.</param>
    /// <param name="cancellationToken">Gives up, until it is about to be committed.</param>
    Task InTransaction(Func<DbTransaction, Task> work, bool isLong, CancellationToken cancellationToken);

    /// <summary>Whether an error lies in the database, or in the way there, and not in what was asked of it.</summary>
    bool IsOutage(Exception error);
}
