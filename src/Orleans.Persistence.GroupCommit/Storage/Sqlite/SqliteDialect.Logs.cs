using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>What the readers of logs ask. SQLite reads on the thread that asks, so that is one of the pool.</summary>
internal sealed partial class SqliteDialect : ILogStore
{
    public ILogStore Logs => this;

    /// <summary>The file is this process's.</summary>
    public bool IsShared => false;

    public Task<IReadOnlyList<LogRow>> ReadHistory(LogEntity entity, long from, int limit, CancellationToken cancellationToken) => Ask(
        (entity, from, limit), static (reader, page) =>
            (IReadOnlyList<LogRow>)reader.ReadHistory(page.entity, page.from, page.limit), cancellationToken);

    public Task<IReadOnlyList<bool>> HaveMore(IReadOnlyList<LogPlace> places, CancellationToken cancellationToken) => Ask(
        places, static (reader, places) => (IReadOnlyList<bool>)[.. places.Select(reader.HasMore)], cancellationToken);

    public string ServiceId => cluster.Value.ServiceId;

    public Task<IReadOnlyDictionary<long, long>> ReadAllHeads(CancellationToken cancellationToken) => Ask(
        0L, static (reader, owner) =>
            (IReadOnlyDictionary<long, long>)new Dictionary<long, long> { [owner] = reader.ReadNewest() }, cancellationToken);

    public Task<IReadOnlyList<LogRecord>> ReadRecords(string log, long owner, long afterId, int limit,
        CancellationToken cancellationToken) => Ask(
        (log, afterId, limit), static (reader, page) =>
            (IReadOnlyList<LogRecord>)reader.ReadRecords(page.log, page.afterId, page.limit), cancellationToken);

    public Task<long> Count(long owner, long afterId, int limit, CancellationToken cancellationToken) => Ask(
        (afterId, limit), static (reader, page) => reader.Count(page.afterId, page.limit), cancellationToken);

    public Task<IReadOnlyDictionary<long, long>> ReadDroppable(CancellationToken cancellationToken) => Ask(
        0L, static (reader, owner) =>
            (IReadOnlyDictionary<long, long>)new Dictionary<long, long> { [owner] = reader.ReadDroppable() }, cancellationToken);

    public Task<IReadOnlyDictionary<long, long>> ReadDelivered(
        IReadOnlyCollection<long> owners, CancellationToken cancellationToken) => Ask(
        0L, static (reader, owner) =>
            (IReadOnlyDictionary<long, long>)new Dictionary<long, long> { [owner] = reader.ReadDelivered() }, cancellationToken);

    public async Task<long> Drop(long owner, long upToId, int limit, CancellationToken cancellationToken)
    {
        var dropped = 0L;
        var beside = await OpenBeside(cancellationToken).ConfigureAwait(false);
        await using (beside.ConfigureAwait(false))
        {
            await beside.InTransaction(
                transaction =>
                {
                    using var command = ((SqliteConnection)beside.Connection).CreateCommand();
                    command.CommandText = "DELETE FROM log WHERE id IN (SELECT id FROM log WHERE id <= @last ORDER BY id LIMIT @limit)";
                    command.Parameters.AddWithValue("last", upToId);
                    command.Parameters.AddWithValue("limit", limit);
                    command.Transaction = (SqliteTransaction)transaction;
                    dropped = command.ExecuteNonQuery();
                    return Task.CompletedTask;
                },
                isLong: false, cancellationToken).ConfigureAwait(false);
        }

        return dropped;
    }

    /// <summary>The file's process has them all.</summary>
    public Task<IProjectionLease?> TryLease(string name, TimeSpan patience, CancellationToken cancellationToken) =>
        Task.Run<IProjectionLease?>(OpenLease, cancellationToken);

    public Task<IProjectionLease> OpenBeside(CancellationToken cancellationToken) =>
        Task.Run<IProjectionLease>(OpenLease, cancellationToken);

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

    public Task<IReadOnlyList<LogHead>> ReadHeads(IReadOnlyCollection<long> others, CancellationToken cancellationToken) => Ask(
        0L, static (reader, owner) => (IReadOnlyList<LogHead>)[new LogHead(owner, reader.ReadNewest(), MayMove: true)], cancellationToken);

    private Task<TResult> Ask<TArgument, TResult>(
        TArgument argument, Func<SqliteReader, TArgument, TResult> read, CancellationToken cancellationToken) =>
        Task.Run(() => WithReader(argument, read), cancellationToken);
}
