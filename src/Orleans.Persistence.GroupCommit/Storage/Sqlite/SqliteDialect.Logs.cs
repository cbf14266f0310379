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

    /// <summary>One process after the other writes, each with larger ids.</summary>
    public long OwnerOf(long id) => 0;

    public Task<IReadOnlyDictionary<long, long>> ReadHeads(CancellationToken cancellationToken) => Ask(
        0, static (reader, owner) => (IReadOnlyDictionary<long, long>)new Dictionary<long, long> { [owner] = reader.ReadNewest() }, cancellationToken);

    private Task<TResult> Ask<TArgument, TResult>(TArgument argument, Func<SqliteReader, TArgument, TResult> read, CancellationToken cancellationToken) =>
        Task.Run(() => WithReader(argument, read), cancellationToken);
}
