using System.Text;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Logs;

/// <summary>It is stored once, with the state it belongs to, and readers go past it.</summary>
public abstract class When_an_event_is_logged<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_wait_for_its_reader_and_stay_when_that_has_gone_on()
    {
        await using var store = await Store.Open(Database);
        for (var n = 1; n <= 4; n++)
            await store.Commit(Store.Logged("a", n, $"{n}"));
        var given = store.HandedOver.ToList();

        Assert.Equal(["1", "2", "3", "4"], await store.Outbox());
        Assert.Equal(given.Select(row => (row.Id, row.Place)), (await store.Dialect.ReadOutbox(0, 9, CancellationToken.None)).Select(row => (row.Id, row.Place)));

        await store.Commit(new PositionWrite(Store.Provider, null, given[2].Id, null));

        Assert.Equal(["4"], await store.Outbox());
        Assert.Equal(new(1, 0), await Depth(store));
        Assert.Equal(["a 1 1", "a 2 2", "a 3 3", "a 4 4"], await Logged(store));
    }

    [Fact]
    public async Task Should_wait_for_a_stream_that_is_late_while_others_have_gone_on()
    {
        await using var store = await Store.Open(Database);
        for (var n = 1; n <= 6; n++)
            await store.Commit(Store.Logged("a", n, $"{n}", stream: n % 2 == 0 ? "even \"/'" : "odd"));
        var given = store.HandedOver.ToList();

        await store.Commit(new PositionWrite(Store.Provider, null, given[4].Id, new Dictionary<string, long> { [LateStreams.NameOf("things", "even \"/'")] = given[1].Id }));
        Assert.Equal(["4", "6"], await store.Outbox());
        Assert.Equal(new(2, 0), await Depth(store));

        await store.Commit(new PositionWrite(Store.Provider, null, given[5].Id, null));
        Assert.Empty(await store.Outbox());
        Assert.Equal(new(0, 0), await Depth(store));
    }

    [Fact]
    public async Task Should_come_in_order_with_those_of_the_outbox()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1, "1"));
        await store.Commit(Store.Write("k2", outgoing: "2"));
        await store.Commit(Store.Logged("a", 2, "3"));
        await store.Commit(Store.Write("k4", outgoing: "4"));

        Assert.Equal(["1", "2", "3", "4"], await store.Outbox());
        Assert.Equal(["1", "2", "3", "4"], store.HandedOver.Select(Text));
        var page = await store.Dialect.ReadOutbox(0, 2, CancellationToken.None);
        Assert.Equal(["1", "2"], page.Select(Text));
        Assert.Equal(["3", "4"], (await store.Dialect.ReadOutbox(page[^1].Id, 2, CancellationToken.None)).Select(Text));
    }

    [Fact]
    public async Task Should_not_wait_when_nobody_is_to_get_it()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1, provider: ""));

        Assert.Empty(await store.Outbox());
        Assert.Equal(new(0, 0), await Depth(store));
        Assert.Equal(["a 1 event"], await Logged(store));
    }

    /// <summary>Two activations of one grain: the second one's state is not stored, nor what it says.</summary>
    [Fact]
    public async Task Should_not_be_logged_without_its_state()
    {
        await using var store = await Store.Open(Database);
        Assert.True(await store.Commit(Store.Logged("a", 1, "first")));
        Assert.False(await store.Commit(Store.Logged("a", 1, "second")));

        Assert.Equal(["a 1 first"], await Logged(store));
        Assert.Equal(["first"], await store.Outbox());
    }

    [Fact]
    public async Task Should_take_its_state_and_nobody_elses_along_when_its_place_is_taken()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1, "first"));
        var held = store.Dialect.HoldNext();
        var ahead = store.Committer.Commit(Store.Write("ahead"));
        await held.Arrived;
        var neighbours = Enumerable.Range(0, 5).Select(n => store.Committer.Commit(Store.Logged("b", n, $"{n}"))).ToList();
        var culprit = store.Committer.Commit(Store.Logged("a", 1, "again") with { Row = new RowId("logged", "another") });
        held.Release();

        await Assert.ThrowsAsync<DurableStateLostException>(() => culprit.Soon());
        Assert.All(await Task.WhenAll(neighbours).Soon(), Assert.True);
        Assert.True(await ahead.Soon());
        Assert.Null(await store.Read("another", "logged"));
        Assert.Equal(["a 1 first", "b 0 0", "b 1 1", "b 2 2", "b 3 3", "b 4 4"], await Logged(store));
    }

    [Fact]
    public async Task Should_go_to_the_outbox_when_it_is_put_aside()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1, "bad"));
        await store.Commit(Store.Logged("a", 2, "good"));
        var bad = store.HandedOver.First();

        // Twice: the first answer may have been lost.
        for (var time = 0; time < 2; time++)
            await store.Commit(new OutboxQuarantine([bad], "poison"));
        await store.Commit(new PositionWrite(Store.Provider, null, bad.Id, null));

        Assert.Equal(["good"], await store.Outbox());
        Assert.Equal(new(1, 1), await Depth(store));
        Assert.Equal([(bad.Id, "poison")], Database.Quarantined.Select(row => (row.Key, row.Value)));
    }

    /// <summary>A process that was paused comes to itself: another one has delivered it meanwhile.</summary>
    [Fact]
    public async Task Should_not_come_back_when_it_is_put_aside_and_no_longer_in_the_outbox()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Write("k", outgoing: "event"));
        var row = store.HandedOver.Single();
        await store.Commit(new OutboxRemove([row.Id]));

        await store.Commit(new OutboxQuarantine([row], "too late"));

        Assert.Equal(new(0, 0), await Depth(store));
    }

    /// <summary>The process died before it could go past it.</summary>
    [Fact]
    public async Task Should_not_come_again_when_it_is_put_aside()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1, "bad"));
        await store.Commit(Store.Logged("a", 2, "good"));

        await store.Commit(new OutboxQuarantine([store.HandedOver.First()], "poison"));

        Assert.Equal(["good"], await store.Outbox());
    }

    [Fact]
    public async Task Should_share_a_batch_with_positions_of_many_readers()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Logged("a", 1, "1"));
        var held = store.Dialect.HoldNext();
        var ahead = store.Committer.Commit(Store.Write("ahead"));
        await held.Arrived;
        var id = store.HandedOver.First().Id;
        var all = Enumerable.Range(0, 4).Select(n => store.Committer.Commit(new PositionWrite(n % 2 == 0 ? Store.Provider : "another", null, id + n, null)))
            .Append(store.Committer.Commit(Store.Logged("a", 2, "2"))).ToList();
        held.Release();

        Assert.All(await Task.WhenAll([.. all, ahead]).Soon(), Assert.True);
        Assert.Equal(["a 1 1", "a 2 2"], await Logged(store));
    }

    private static Task<List<string>> Logged(Store store) => Store.ReadLog(store.Dialect);

    private static async Task<OutboxDepth> Depth(Store store)
    {
        await using var snapshot = await store.Dialect.OpenSnapshot(CancellationToken.None);
        return await snapshot.ReadOutboxDepth(CancellationToken.None);
    }

    private static string Text(OutboxRow row) => Encoding.UTF8.GetString(row.Payload.Span);
}

public sealed class When_an_event_is_logged_on_SQLite : When_an_event_is_logged<SqliteFile>
{
    [Fact]
    public async Task Should_wait_in_the_next_process_if_no_reader_has_gone_past_it()
    {
        await using (var store = await Store.Open(Database))
        {
            for (var n = 1; n <= 3; n++)
                await store.Commit(Store.Logged("a", n, $"{n}"));
            await store.Commit(new PositionWrite(Store.Provider, null, store.HandedOver.First().Id, null));
        }

        await using var next = await Store.Open(Database);
        await next.Commit(Store.Logged("a", 4, "4"));

        Assert.Equal(["2", "3", "4"], await next.Outbox());
        Assert.Equal(["4"], next.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span)));
    }
}

public sealed class When_an_event_is_logged_on_PostgreSQL : When_an_event_is_logged<SpecSchema>;
