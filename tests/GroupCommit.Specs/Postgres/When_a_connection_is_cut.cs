using System.Text;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Testing.Servers;

namespace GroupCommit.Specs.Postgres;

public sealed class When_a_connection_is_cut : IDisposable
{
    private readonly SpecSchema _database = new();
    private readonly CutProxy _proxy = new(PostgresServer.Shared.Port);

    public void Dispose()
    {
        _proxy.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1)]
    public async Task Should_find_that_nothing_was_stored_of_a_batch_that_arrived_in_part(double part)
    {
        await using var store = await Store.Open(_database, _database.Through(_proxy));
        await store.Commit(Store.Write("before", outgoing: "1"));
        var cut = _proxy.CutBefore("row-13", part);

        var writes = await Batch(store, 20);
        await cut.Soon();
        foreach (var write in writes)
            await Assert.ThrowsAsync<DurableStateLostException>(() => write.Soon());

        for (var i = 0; i < 20; i++)
            Assert.Null(await ReadAgain(store, $"row-{i}"));
        Assert.True(await store.Commit(Store.Write("row-13", outgoing: "2")));
        Assert.Equal(["1", "2"], HandedOver(store));
        Assert.Equal(["1", "2"], await store.Outbox());
    }

    [Fact]
    public async Task Should_find_that_all_was_stored_of_a_batch_whose_answer_was_lost()
    {
        await using var store = await Store.Open(_database, _database.Through(_proxy));
        await store.Commit(Store.Write("before", outgoing: "before"));
        var cut = _proxy.CutAnswerTo("row-13");

        var writes = await Batch(store, 20);
        await cut.Soon();
        foreach (var write in writes)
            await Assert.ThrowsAsync<DurableStateLostException>(() => write.Soon());

        for (var i = 0; i < 20; i++)
            Assert.Equal(1, (await ReadAgain(store, $"row-{i}"))?.Version);
        Assert.True(await store.Commit(Store.Write("row-13", 1, outgoing: "after")));
        Assert.Equal(["before", .. Enumerable.Range(0, 20).Select(i => $"event-{i}"), "after"], HandedOver(store));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_let_the_grain_find_the_truth(bool stored)
    {
        await using var silo = await SpecSilo.Start(_database, _database.Through(_proxy));
        var counter = silo.Counter("counter-to-cut");
        await counter.Add(1);
        var cut = stored ? _proxy.CutAnswerTo("counter-to-cut") : _proxy.CutBefore("counter-to-cut", 1);

        await Assert.ThrowsAsync<DurableStateLostException>(() => counter.Add(10, "event"));
        await cut.Soon();

        var expected = stored ? (11, 2) : (1, 1);
        await Eventually.Is(async () => await Answers(counter.Look), "the grain is there again");
        var view = await counter.Look();
        Assert.Equal(expected, ((int)view.State!, (int)view.Version));
        Assert.Equal(expected.Item1, await counter.Confirm());
        Assert.Equal(stored ? 1 : 0, _database.Waiting);
    }

    [Fact]
    public async Task Should_go_on_with_new_connections_after_all_were_cut_while_nothing_was_under_way()
    {
        await using var store = await Store.Open(_database, _database.Through(_proxy));
        await store.Commit(Store.Write("row", outgoing: "1"));
        await store.Read("row");
        _proxy.CutAll();

        await Eventually.Is(async () => await Answers(() => store.Read("row")), "reads work again");
        await Eventually.Is(async () => await Answers(() => store.Commit(Store.Write("other"))), "writes work again");
        Assert.True(await store.Commit(Store.Write("row", 1, outgoing: "2")));
        Assert.Equal(["1", "2"], HandedOver(store));
    }

    [Fact]
    public async Task Should_not_mix_up_answers_that_come_late()
    {
        await using var store = await Store.Open(_database, _database.Through(_proxy));
        _proxy.Delay = TimeSpan.FromMilliseconds(30);
        var writes = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => store.Commit(Store.Write($"row-{i}", payload: $"{i}"))));
        Assert.All(writes, Assert.True);
        var reads = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => store.ReadText($"row-{i}")));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), reads);
    }

    private static async Task<List<Task<bool>>> Batch(Store store, int count)
    {
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var writes = Enumerable.Range(0, count).Select(i => store.Committer.Commit(Store.Write($"row-{i}", outgoing: $"event-{i}"))).ToList();
        held.Release();
        await first.Soon();
        return writes;
    }

    /// <summary>A read may still be given a connection that was cut.</summary>
    private static async Task<StoredRow?> ReadAgain(Store store, string key)
    {
        await Eventually.Is(async () => await Answers(() => store.Read(key)), "reads work again");
        return await store.Read(key);
    }

    private static async Task<bool> Answers<T>(Func<Task<T>> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (Exception e) when (e is IOException or DurableStateLostException)
        {
            return false;
        }
    }

    private static IEnumerable<string> HandedOver(Store store) => store.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span));
}
