using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>What the readers of logs ask. SQLite reads on the thread that asks, so that is one of the pool.</summary>
internal sealed partial class SqliteDialect : ILogStore
{
    public ILogStore Logs => this;

    /// <summary>The file is this process's.</summary>
    public bool IsShared => false;

    public Task<IReadOnlyList<LogRow>> ReadHistory(LogEntity entity, long from, int limit, CancellationToken cancellationToken) => Ask(
        (entity, from, limit), static (reader, page) => (IReadOnlyList<LogRow>)reader.ReadHistory(page.entity, page.from, page.limit), cancellationToken);

    public Task<IReadOnlyList<bool>> HaveMore(IReadOnlyList<LogPlace> places, CancellationToken cancellationToken) => Ask(
        places, static (reader, places) => (IReadOnlyList<bool>)[.. places.Select(reader.HasMore)], cancellationToken);

    public string ServiceId => cluster.Value.ServiceId;

    public Task<IReadOnlyDictionary<long, long>> ReadAllHeads(CancellationToken cancellationToken) => ReadHeads(cancellationToken);

    public Task<IReadOnlyList<LogRecord>> ReadRecords(string log, long owner, long afterId, int limit, CancellationToken cancellationToken) => Ask(
        (log, afterId, limit), static (reader, page) => (IReadOnlyList<LogRecord>)reader.ReadRecords(page.log, page.afterId, page.limit), cancellationToken);

    public Task<long> Count(long owner, long afterId, int limit, CancellationToken cancellationToken) => Ask(
        (afterId, limit), static (reader, page) => reader.Count(page.afterId, page.limit), cancellationToken);

    /// <summary>The file's process has them all.</summary>
    public Task<IProjectionLease?> TryLease(string name, TimeSpan patience, CancellationToken cancellationToken) => Task.Run<IProjectionLease?>(OpenLease, cancellationToken);

    public Task<IProjectionLease> OpenBeside(CancellationToken cancellationToken) => Task.Run<IProjectionLease>(OpenLease, cancellationToken);

    private SqliteLease OpenLease()
    {
        try
        {
            return new SqliteLease(OpenVerified(static database => database.OpenForProjection()), _turn, () => _files?.Verify());
        }
        catch (Exception e) when (e is SqliteException or DatabaseFilesGoneException)
        {
            throw SqliteErrors.Describe(e, options.Value.DatabasePath);
        }
    }

    /// <summary>One process after the other writes, each with larger ids.</summary>
    public long OwnerOf(long id) => 0;

    public Task<IReadOnlyDictionary<long, long>> ReadHeads(CancellationToken cancellationToken) => Ask(
        0, static (reader, owner) => (IReadOnlyDictionary<long, long>)new Dictionary<long, long> { [owner] = reader.ReadNewest() }, cancellationToken);

    private Task<TResult> Ask<TArgument, TResult>(TArgument argument, Func<SqliteReader, TArgument, TResult> read, CancellationToken cancellationToken) =>
        Task.Run(() => WithReader(argument, read), cancellationToken);
}
