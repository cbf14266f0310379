using System.Text;
using Orleans.Persistence.GroupCommit;
using Testing.Servers;

namespace GroupCommit.Specs.Postgres;

/// <summary>kill -9 of all its processes under load; the library lives on.</summary>
public sealed class When_PostgreSQL_is_killed : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.StartNew();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Should_have_all_that_was_acknowledged_and_each_event_of_what_it_stored_once()
    {
        await using var store = await Store.Open(new SpecSchema(_server));
        using var stop = new CancellationTokenSource();
        var rows = Enumerable.Range(0, 64).Select(n => new WrittenRow(store, $"row-{n}")).ToList();
        var writers = rows.Select(row => row.Write(stop.Token)).ToList();
        for (var kill = 0; kill < 3; kill++)
        {
            await MoreCommits(rows);
            _server.Kill();
            _server.Start();
        }

        await MoreCommits(rows);
        await stop.CancelAsync();
        await Task.WhenAll(writers).Soon();

        foreach (var row in rows)
            Assert.Equal(row.Version, (await store.Read(row.Key))?.Version);

        var stored = rows.SelectMany(row => row.Events).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(stored, (await store.Outbox()).Order(StringComparer.Ordinal));
        await Eventually.Is(() => store.HandedOver.Count >= stored.Count);
        Assert.Equal(stored, store.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span)).Order(StringComparer.Ordinal));
        Assert.Equal(store.HandedOver.Select(row => row.Id).Order(), store.HandedOver.Select(row => row.Id));
    }

    [Fact]
    public async Task Should_keep_what_has_not_been_sent_until_it_is_back()
    {
        await using var store = await Store.Open(new SpecSchema(_server), options => options.EnqueueTimeout = Eventually.Limit);
        await BreakConnection(store);

        var waiting = store.Commit(Store.Write("later"));
        await Eventually.Is(() => store.Committer.QueueDepth == 0, "the writer has it");
        Assert.False(waiting.IsCompleted);
        _server.Start();

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Should_say_that_nothing_was_stored_when_it_stays_away()
    {
        await using var store = await Store.Open(new SpecSchema(_server), options => options.EnqueueTimeout = TimeSpan.FromMilliseconds(1));
        await BreakConnection(store);

        var lost = await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("later")));

        Assert.Contains("cannot be reached", lost.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing of this write was stored", lost.Message, StringComparison.Ordinal);
        _server.Start();
    }

    /// <summary>What is under way when the server goes is neither stored nor not: only the next write knows that nobody is there.</summary>
    private async Task BreakConnection(Store store)
    {
        _server.Kill();
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("under-way")));
    }

    [Fact]
    public async Task Should_let_grains_go_on_from_what_was_stored()
    {
        await using var silo = await SpecSilo.Start(new SpecSchema(_server));
        using var stop = new CancellationTokenSource();
        var counters = Enumerable.Range(0, 20).Select(n => new Counted(silo.Counter($"counter-{n}"))).ToList();
        var callers = counters.Select(counter => counter.Call(stop.Token)).ToList();
        await Eventually.Is(() => counters.All(counter => counter.Acknowledged > 20));
        _server.Kill();
        _server.Start();
        var before = counters.ToDictionary(counter => counter, counter => counter.Acknowledged);
        await Eventually.Is(() => counters.All(counter => counter.Acknowledged > before[counter] + 20));
        await stop.CancelAsync();
        await Task.WhenAll(callers).Soon();

        foreach (var counter in counters)
        {
            var total = await counter.Grain.Confirm();
            Assert.InRange(total, counter.Acknowledged, counter.Acknowledged + counter.Failed);
            Assert.Equal(total, (await counter.Grain.Look()).Version);
        }
    }

    private static Task MoreCommits(List<WrittenRow> rows)
    {
        var before = rows.Sum(row => row.Acknowledged);
        return Eventually.Is(() => rows.Sum(row => row.Acknowledged) > before + 2_000);
    }

    /// <summary>A grain and its only caller, one call after the other.</summary>
    private sealed class Counted(ICounter grain)
    {
        public ICounter Grain => grain;

        public int Acknowledged { get; private set; }

        public int Failed { get; private set; }

        public async Task Call(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await grain.Add(1);
                    Acknowledged++;
                }
                catch (Exception)
                {
                    // Of the commit, or of an activation that cannot read.
                    Failed++;
                }
            }
        }
    }
}
