using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace GroupCommit.Specs.Facets;

public abstract class When_commits_gather<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_write_once_what_came_while_a_write_was_under_way()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var held = silo.Dialect.HoldNext();

        var first = counter.Add(1);
        await held.Arrived;
        var others = Enumerable.Range(0, 50).Select(_ => counter.Add(1)).ToList();
        await Eventually.Is(async () => (await counter.Look()).State == 51);
        held.Release();

        Assert.Equal(1, await first.Soon());
        Assert.Equal(Enumerable.Range(2, 50).Select(i => (long)i), (await Task.WhenAll(others).Soon()).Order());
        Assert.Equal([0, 1], silo.Dialect.Writes.Select(write => write.ExpectedVersion));
        Assert.Equal(51, (await counter.Look()).Durable);
        Assert.Equal(2, (await counter.Look()).Version);
    }

    [Fact]
    public async Task Should_send_all_their_events_in_order()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var held = silo.Dialect.HoldNext();

        List<Task> commits = [counter.Add(1, "0")];
        await held.Arrived;
        for (var i = 1; i <= 20; i++)
        {
            commits.Add(counter.Add(1, $"{i}"));
            await Eventually.Is(async () => (await counter.Look()).State == i + 1);
        }

        held.Release();
        await Task.WhenAll(commits).Soon();

        var stored = await silo.Dialect.ReadOutbox(0, 100, CancellationToken.None);
        var serializer = silo.Services.GetRequiredService<Serializer>();
        Assert.Equal(
            Enumerable.Range(0, 21).Select(i => $"{i}"),
            stored.Select(row => ((CounterChanged)serializer.Deserialize<object>(row.Payload)!).Text));
        Assert.All(stored, row => Assert.Equal(("streams", "counters", "ka"), (row.Provider, row.StreamNamespace, row.StreamKey)));
    }

    [Fact]
    public async Task Should_carry_staged_state_with_the_next_commit()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");

        await counter.Stage(5);
        Assert.Equal((5, null), ((await counter.Look()).State, (await counter.Look()).Durable));
        Assert.Empty(silo.Dialect.Writes);

        Assert.Equal(6, await counter.Add(1));
        await silo.Deactivate(counter);
        Assert.Equal(6, (await counter.Look()).Durable);
    }

    [Fact]
    public async Task Should_not_take_staged_state_for_durable_when_an_older_write_ends()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        var held = silo.Dialect.HoldNext();
        var commit = counter.Add(1);
        await held.Arrived;
        await counter.Stage(10);
        held.Release();
        await commit.Soon();

        var view = await counter.Look();
        Assert.Equal((11, 1), (view.State, view.Durable));
    }

    [Fact]
    public async Task Should_refuse_to_send_one_outgoing_twice()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");

        await Assert.ThrowsAsync<InvalidOperationException>(counter.CommitTwiceWithOneOutgoing);

        Assert.Equal(0, (await counter.Look()).State);
        Assert.Single(await silo.Dialect.ReadOutbox(0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Should_refuse_to_add_to_what_a_commit_has_taken()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");

        await Assert.ThrowsAsync<InvalidOperationException>(counter.PublishAfterTheCommit);

        await counter.Replay();
        Assert.Single(await silo.Dialect.ReadOutbox(0, 10, CancellationToken.None));
    }
}

public sealed class When_commits_gather_on_SQLite : When_commits_gather<SqliteFile>;

public sealed class When_commits_gather_on_PostgreSQL : When_commits_gather<SpecSchema>;
