using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Logs;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Logs;

/// <summary>Those that <see cref="Store.Logged"/> makes are of 1970.</summary>
public abstract class When_a_log_is_kept_for_a_time<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch + Age + TimeSpan.FromDays(1));

    [Fact]
    public async Task Should_drop_what_is_older_and_delivered_and_nothing_else()
    {
        await using var store = await Open();
        for (var n = 1; n <= 4; n++)
            await store.Commit(Store.Logged("a", n));
        await store.Commit(Untold("b", 1, DateTimeOffset.UnixEpoch));
        await store.Commit(Untold("b", 2, _time.GetUtcNow()));
        await store.Commit(new PositionWrite(Store.Provider, null, store.HandedOver.ElementAt(2).Id, null));

        // The fourth is still to be delivered, and whatever comes after it may not go before it.
        Assert.Equal(3, await Pass(store));
        Assert.Equal(["a 4", "b 1", "b 2"], await Places(store));

        await store.Commit(new PositionWrite(Store.Provider, null, store.HandedOver.Max(row => row.Id), null));
        Assert.Equal(2, await Pass(store));
        Assert.Equal(["b 2"], await Places(store));
        Assert.Equal(0, await Pass(store));
    }

    [Fact]
    public async Task Should_keep_what_a_projection_has_not_gone_past()
    {
        await using var store = await Open();
        for (var n = 1; n <= 4; n++)
            await store.Commit(Untold("a", n, DateTimeOffset.UnixEpoch));
        var ids = store.HandedOver.Select(row => row.Id).ToList();
        await Project(store, position: null);
        Assert.Equal(0, await Pass(store));

        await Project(store, ids[1]);

        Assert.Equal(2, await Pass(store));
        Assert.Equal(["a 3", "a 4"], await Places(store));
    }

    [Fact]
    public async Task Should_drop_more_than_a_batch_holds()
    {
        await using var store = await Open();
        await store.Commit(new GrainWrite(new RowId("many", "1"), 0, new byte[] { 1 }, [],
            [.. Enumerable.Range(1, (2 * LogRetention.Batch) + 1).Select(n => Event("a", n, DateTimeOffset.UnixEpoch))], []));

        var pass = Pass(store);
        await Eventually.Is(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            return pass.IsCompleted;
        });

        Assert.Equal((2 * LogRetention.Batch) + 1, await pass);
        Assert.Empty(await Places(store));
    }

    private protected async Task<long> Pass(Store store)
    {
        using var metrics = new CommitMetrics();
        using var retention = new LogRetention(
            store.Dialect, Options.Create(new GroupCommitOptions { LogRetention = Age }), _time, metrics,
                NullLogger<LogRetention>.Instance);
        return await retention.Pass(Age).Soon();
    }

    private protected Task<Store> Open() => Store.Open(Database, time: _time);

    private static GrainWrite Untold(string entity, long sequence, DateTimeOffset at) =>
        new(new RowId("logged", $"{entity}-{sequence}"), 0, new byte[] { 1 }, [], [Event(entity, sequence, at)], []);

    private static OutboxRow Event(string entity, long sequence, DateTimeOffset at) =>
        new(0, "", "", "", new byte[] { 65 }, at) { Place = new LogPlace("log", entity, sequence) };

    private protected static async Task<IEnumerable<string>> Places(Store store) =>
        (await Store.ReadLog(store.Dialect)).Select(line => line[..3]);

    private static async Task Project(Store store, long? position)
    {
        await using var beside = await store.Dialect.Inner.Logs.OpenBeside(CancellationToken.None);
        var table = new Orleans.Persistence.GroupCommit.Projections.ProjectionTable(beside, SpecDatabase.ServiceId, "list");
        await beside.InTransaction(
            async transaction =>
            {
                await table.Lock(transaction, CancellationToken.None);
                if (position is { } id)
                    await table.WritePosition(transaction, store.Dialect.Inner.Logs.OwnerOf(id), before: 0, id, CancellationToken.None);
            },
            isLong: false, CancellationToken.None);
    }
}

public sealed class When_a_log_is_kept_for_a_time_on_SQLite : When_a_log_is_kept_for_a_time<SqliteFile>;

public sealed class When_a_log_is_kept_for_a_time_on_PostgreSQL : When_a_log_is_kept_for_a_time<SpecSchema>
{
    /// <summary>It is forgotten once all it has written was delivered.</summary>
    [Fact]
    public async Task Should_drop_what_a_process_has_left_that_nobody_remembers()
    {
        await using (var gone = await Open())
            await gone.Commit(Store.Logged("a", 1));
        await using var store = await Open();
        await store.Commit(Store.Logged("b", 1));
        var (owners, positions) = ("groupcommit_owners", "groupcommit_positions");
        Database.Sql.Run($"""
            DELETE FROM {positions} WHERE owner = (SELECT min(id) FROM {owners} WHERE silo <> 'clock');
            DELETE FROM {owners} WHERE id = (SELECT min(id) FROM {owners} WHERE silo <> 'clock')
            """);

        Assert.Equal(1, await Pass(store));
        Assert.Equal(["b 1"], await Places(store));
    }
}
