using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Testing.Servers;

namespace GroupCommit.Specs.Postgres;

/// <summary>Its processes are stopped, as on a frozen machine: connections stay open, and nobody answers.</summary>
public sealed class When_PostgreSQL_holds_still : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.StartNew();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Should_let_writers_wait_then_fail_those_without_room_and_store_the_others()
    {
        await using var store = await Store.Open(
            new SpecSchema(_server), options => (options.QueueCapacity, options.EnqueueTimeout) = (10, TimeSpan.FromSeconds(10)), _time);
        await store.Commit(Store.Write("before"));
        _server.Pause();
        var underWay = store.Committer.Commit(Store.Write("under-way"));
        await Eventually.Is(() => store.Committer.QueueDepth == 0);
        var inside = Enumerable.Range(0, 10).Select(i => store.Committer.Commit(Store.Write($"inside-{i}"))).ToList();
        var outside = Enumerable.Range(0, 10).Select(i => store.Committer.Commit(Store.Write($"outside-{i}"))).ToList();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.All([underWay, .. inside, .. outside], write => Assert.False(write.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var write in outside)
            await Assert.ThrowsAsync<GroupCommitQueueFullException>(() => write.Soon());
        _server.Continue();

        Assert.All(await Task.WhenAll([underWay, .. inside]).Soon(), Assert.True);
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(await store.Read($"inside-{i}"));
            Assert.Null(await store.Read($"outside-{i}"));
        }
    }

    [Fact]
    public async Task Should_end_a_statement_without_an_answer_and_find_the_truth_afterwards()
    {
        await using var store = await Store.Open(new SpecSchema(_server), options => options.StatementTimeout = TimeSpan.FromMilliseconds(200));
        await store.Commit(Store.Write("before"));
        _server.Pause();
        var error = await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("row", outgoing: "event")));
        Assert.Contains($"127.0.0.1:{_server.Port}", error.Message, StringComparison.Ordinal);
        Assert.True(store.Committer.IsFailing);
        _server.Continue();

        await Eventually.Is(async () =>
        {
            try
            {
                return await store.Commit(Store.Write("after", (await store.Read("after"))?.Version ?? 0));
            }
            catch (Exception e) when (e is IOException or DurableStateLostException)
            {
                return false;
            }
        }, "writes work again");
        var stored = await store.Read("row") is not null ? 1 : 0;
        Assert.Equal(stored, (await store.Outbox()).Count);
        await Eventually.Is(() => store.HandedOver.Count == stored);
        Assert.False(store.Committer.IsFailing);
    }
}
