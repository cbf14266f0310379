using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Postgres;

/// <summary>A process that has died leaves a range of ids: what nobody has delivered of it is delivered by another one.</summary>
public sealed class When_others_have_left_logged_events : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_take_over_what_no_reader_has_gone_past_and_nothing_twice()
    {
        await using (var dead = await Store.Open(_database))
        {
            for (var n = 1; n <= 5; n++)
                await dead.Commit(Store.Logged("a", n, $"{n}", stream: n == 2 ? "late" : "1"));
            var ids = dead.HandedOver.Select(row => row.Id).ToList();
            await dead.Commit(new PositionWrite(Store.Provider, null, ids[2], new Dictionary<string, long> { [LateStreams.NameOf("things", "late")] = ids[0] }));
        }

        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        await heritage.Start();

        await Eventually.Is(() => store.HandedOver.Count == 3);
        Assert.Equal(["2", "4", "5"], Taken(store));
        Assert.Equal(["2", "4", "5"], (await store.Dialect.ReadOutbox(0, 9, CancellationToken.None)).Select(Store.Formats.Read));
        Assert.Equal(new(3, 0), await Depth(store));

        // As often as it looks, and whoever looks.
        heritage.Clock.Advance(PostgresHeritage.Interval);
        await using var other = await Store.Open(_database);
        await using var another = new HeritageUnderTest(other);
        await another.Start();
        Assert.Equal(3, store.HandedOver.Count);
        Assert.Empty(other.HandedOver);
    }

    [Fact]
    public async Task Should_go_on_with_the_next_page_where_the_heir_before_has_died()
    {
        await using (var dead = await Store.Open(_database))
        {
            for (var n = 1; n <= 4; n++)
                await dead.Commit(Store.Logged("a", n, $"{n}"));
        }

        // As far as the first page.
        await using (var heir = await Store.Open(_database))
        {
            var owner = ((PostgresDialect)heir.Dialect.Inner).Owners;
            var dead = owner.FindOthers().Single();
            Assert.True(owner.TryAdopt(dead.Id));
            var page = await ((PostgresDialect)heir.Dialect.Inner).ReadLogs(dead.Id, 0, long.MaxValue, 2);
            Assert.True(await heir.Commit(new OutboxAppend([.. page.Select(Store.Formats.ToOutbox)])
            {
                Taken = new PositionWrite("", dead.Id, page[^1].Id, null),
            }));
        }

        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        await heritage.Start();

        await Eventually.Is(() => store.HandedOver.Count == 4);
        Assert.Equal(["1", "2", "3", "4"], Taken(store).Order());
    }

    /// <summary>Nobody forgets a process while something of it waits, nor looks at its log for ever.</summary>
    [Fact]
    public async Task Should_bury_with_its_positions_who_has_left_nothing()
    {
        var left = await Store.Open(_database);
        await left.Commit(Store.Logged("a", 1));
        await left.DisposeAsync();
        await using var store = await Store.Open(_database);
        var owners = ((PostgresDialect)store.Dialect.Inner).Owners;
        var dead = owners.FindOthers().Single();
        _database.Sql.Run($"UPDATE groupcommit_owners SET adopted_by = {owners.Id}, alive_until = now() - interval '8 days' WHERE id = {dead.Id}");

        owners.Bury();
        Assert.Equal(dead.Id, Assert.Single(owners.FindOthers()).Id);

        await store.Commit(new PositionWrite("", dead.Id, ((dead.Id + 1) << PostgresDialect.BitsPerOwner), null));
        Assert.Empty(owners.FindOthers());
        owners.Bury();
        Assert.Equal("0", _database.Sql.Ask($"SELECT count(*) FROM groupcommit_positions WHERE owner = {dead.Id}"));
        Assert.Equal("0", _database.Sql.Ask($"SELECT count(*) FROM groupcommit_owners WHERE id = {dead.Id}"));
    }

    /// <summary>After a rollback: a release that looks at the outbox alone has forgotten who left something in its log.</summary>
    [Fact]
    public async Task Should_find_what_a_release_without_logs_has_buried()
    {
        await using (var dead = await Store.Open(_database))
            await dead.Commit(Store.Logged("a", 1, "1"));
        _database.Sql.Run("DELETE FROM groupcommit_owners WHERE silo <> 'clock'");

        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        await heritage.Start();

        await Eventually.Is(() =>
        {
            heritage.Clock.Advance(PostgresHeritage.Interval);
            return store.HandedOver.Count == 1;
        });
        Assert.Equal(["1"], Taken(store));
    }

    /// <summary>In a cluster of two releases: an heir that looks at the outbox alone is at it, and lives.</summary>
    [Fact]
    public async Task Should_not_wait_for_an_heir_of_a_release_without_logs()
    {
        await using (var dead = await Store.Open(_database))
            await dead.Commit(Store.Logged("a", 1, "1"));
        await using var earlier = await Store.Open(_database);
        var heir = ((PostgresDialect)earlier.Dialect.Inner).Owners;
        Assert.True(heir.TryAdopt(heir.FindOthers().Single().Id));
        _database.Sql.Run($"DELETE FROM groupcommit_positions WHERE owner = {heir.Id}");

        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        await heritage.Start();

        await Eventually.Is(() => store.HandedOver.Count == 1);
        Assert.False(((PostgresDialect)store.Dialect.Inner).Owners.AllLogTheirEvents());
    }

    /// <summary>One that was stopped with a batch in hand comes to itself, and writes into a log that another one has taken over.</summary>
    [Fact]
    public async Task Should_take_over_what_comes_late()
    {
        var paused = await Store.Open(_database);
        await paused.Commit(Store.Logged("a", 1, "1"));
        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        _database.Sql.Run("UPDATE groupcommit_owners SET alive_until = now() - interval '1 second'");
        await heritage.Start();
        await Eventually.Is(() => store.HandedOver.Count == 1);

        await paused.Commit(Store.Logged("a", 2, "2"));
        await paused.DisposeAsync();

        await Eventually.Is(() =>
        {
            heritage.Clock.Advance(PostgresHeritage.Interval);
            return store.HandedOver.Count == 2;
        });
        Assert.Equal(["1", "2"], Taken(store));
    }

    private static async Task<Orleans.Persistence.GroupCommit.OutboxDepth> Depth(Store store)
    {
        await using var snapshot = await store.Dialect.OpenSnapshot(CancellationToken.None);
        return await snapshot.ReadOutboxDepth(CancellationToken.None);
    }

    private static IEnumerable<string> Taken(Store store) => store.HandedOver.Select(row => (string)Store.Formats.Read(row));
}
