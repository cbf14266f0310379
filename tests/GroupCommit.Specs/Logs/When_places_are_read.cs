using System.Text;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Logs;

/// <summary>Where entries lie, for whoever compares the log with something else.</summary>
public abstract class When_places_are_read<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_tell_what_came_after_a_position_and_who_delivers_it()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1));
        var end = await store.Reader.ReadEnd();
        await store.Commit(Store.Logged("a", 2));
        await store.Commit(new LogAppend("another log", [new LogRow("b", 7, new byte[] { 1 })]));

        var page = await store.Reader.ReadPlaces(end);

        Assert.Equal(
            [("log", "a", 2, Store.Provider), ("another log", "b", 7, null)],
            page.Places.Select(place => (place.Log, place.Entity, place.Sequence, place.Provider)));
        Assert.False(page.HasMore);
        Assert.Empty((await store.Reader.ReadPlaces(page.End)).Places);
    }

    [Fact]
    public async Task Should_come_page_by_page_and_none_twice()
    {
        await using var store = await Store.Open(Database);
        var end = await store.Reader.ReadEnd();
        for (var n = 1; n <= 5; n++)
            await store.Commit(Store.Logged("a", n));

        var (read, hasMore) = (new List<long>(), true);
        while (hasMore)
        {
            var page = await store.Reader.ReadPlaces(end, limit: 2);
            Assert.InRange(page.Places.Count, 1, 2);
            read.AddRange(page.Places.Select(place => place.Sequence));
            (end, hasMore) = (page.End, page.HasMore);
        }

        Assert.Equal([1, 2, 3, 4, 5], read);
    }

    /// <summary>Of a process that ended, and of one that began since.</summary>
    [Fact]
    public async Task Should_go_on_over_a_restart()
    {
        DurableLogPosition end;
        await using (var before = await Store.Open(Database))
        {
            end = await before.Reader.ReadEnd();
            await before.Commit(Store.Logged("a", 1));
        }

        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 2));
        var page = await store.Reader.ReadPlaces(end);
        Assert.Equal([1, 2], page.Places.Select(place => place.Sequence));

        await store.Commit(Store.Logged("a", 3));
        Assert.Equal([3], (await store.Reader.ReadPlaces(page.End)).Places.Select(place => place.Sequence));
    }

    [Fact]
    public async Task Should_find_delivered_what_the_position_has_passed()
    {
        await using var store = await Store.Open(Database);
        var end = await store.Reader.ReadEnd();
        for (var n = 1; n <= 3; n++)
            await store.Commit(Store.Logged("a", n));
        var places = (await store.Reader.ReadPlaces(end)).Places;
        Assert.Empty(await store.Reader.FindDelivered(places));

        await store.Commit(new PositionWrite(Store.Provider, null, store.HandedOver.ElementAt(1).Id, null));
        Assert.Equal(places.Take(2), await store.Reader.FindDelivered(places));

        await store.Commit(new PositionWrite(Store.Provider, null, store.HandedOver.Max(row => row.Id), null));
        Assert.Equal(places, await store.Reader.FindDelivered(places));
    }

    /// <summary>It may hold what a dead process has left of its log.</summary>
    [Fact]
    public async Task Should_find_nothing_delivered_while_the_outbox_holds_something()
    {
        await using var store = await Store.Open(Database);
        var end = await store.Reader.ReadEnd();
        await store.Commit(Store.Logged("a", 1));
        var row = new OutboxRow(0, Store.Provider, "things", "1", Encoding.UTF8.GetBytes("left behind"), DateTimeOffset.UnixEpoch);
        await store.Commit(new OutboxAppend([row]));
        var places = (await store.Reader.ReadPlaces(end)).Places;
        await store.Commit(new PositionWrite(Store.Provider, null, store.HandedOver.Max(one => one.Id), null));
        Assert.Empty(await store.Reader.FindDelivered(places));

        await store.Commit(new OutboxRemove([row.Id]));

        Assert.Equal(places, await store.Reader.FindDelivered(places));
    }
}

public sealed class When_places_are_read_on_SQLite : When_places_are_read<SqliteFile>;

public sealed class When_places_are_read_on_PostgreSQL : When_places_are_read<SpecSchema>
{
    /// <summary>It has said nothing for a while, as when the database was away.</summary>
    [Fact]
    public async Task Should_go_on_with_a_process_that_was_taken_for_ended()
    {
        await using var silent = await Store.Open(Database);
        await silent.Commit(Store.Logged("a", 1));
        await using var store = await Store.Open(Database);
        var newest = (await store.Reader.ReadEnd()).ToString().Split('_')[^1];

        var page = await store.Reader.ReadPlaces(DurableLogPosition.Parse(newest));
        Assert.Empty(page.Places);
        await silent.Commit(Store.Logged("a", 2));

        Assert.Equal([2], (await store.Reader.ReadPlaces(page.End)).Places.Select(place => place.Sequence));
    }
}
