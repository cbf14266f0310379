using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Facets;

public abstract class When_a_commit_fails<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_start_again_from_what_was_stored_before()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);
        var before = await counter.Look();

        silo.Dialect.FailNext();
        var error = await Assert.ThrowsAsync<DurableStateLostException>(() => counter.Add(10));

        Assert.Contains("counter/ka", error.Message, StringComparison.Ordinal);
        var after = await counter.Look();
        Assert.Equal((1, 1, 1), (after.State, after.Durable, after.Version));
        Assert.NotEqual(before.Activation, after.Activation);
        Assert.Equal(11, await counter.Add(10));
    }

    [Fact]
    public async Task Should_send_calls_that_queue_to_the_next_activation()
    {
        await using var silo = await SpecSilo.Start(Database);
        var plain = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlain>("ka");
        var held = silo.Dialect.HoldAndFailNext();
        var first = plain.Add();
        await held.Arrived;
        var queued = Enumerable.Range(0, 5).Select(_ => plain.Add()).ToList();
        held.Release();

        await Assert.ThrowsAsync<DurableStateLostException>(() => first.Soon());
        Assert.Equal([1L, 2, 3, 4, 5], (await Task.WhenAll(queued).Soon()).Order());
    }

    [Fact]
    public async Task Should_find_what_an_ambiguous_commit_has_stored()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);

        silo.Dialect.LoseNextAnswer();
        await Assert.ThrowsAsync<DurableStateLostException>(() => counter.Add(10));

        var after = await counter.Look();
        Assert.Equal((11, 2), (after.State, after.Version));
        Assert.Equal(11, await counter.Confirm());
    }

    [Fact]
    public async Task Should_tell_when_the_queue_stayed_full()
    {
        await using var silo = await SpecSilo.Start(Database, options => (options.QueueCapacity, options.EnqueueTimeout) = (1, TimeSpan.FromMilliseconds(20)));
        var held = silo.Dialect.HoldNext();
        var underWay = silo.Counter("ka").Add(1);
        await held.Arrived;
        var waiting = silo.Counter("kb").Add(1);
        await Eventually.Is(() => silo.Services.GetRequiredService<Committer>().QueueDepth == 1);

        await Assert.ThrowsAsync<GroupCommitQueueFullException>(() => silo.Counter("kc").Add(1).Soon());

        held.Release();
        await Task.WhenAll(underWay, waiting).Soon();
        Assert.Null((await silo.Counter("kc").Look()).State);
        Assert.Equal(1, await silo.Counter("kc").Add(1));
    }

    [Fact]
    public async Task Should_go_on_when_the_database_is_back()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);

        silo.Dialect.Down = new IOException("The database is away.");
        await Assert.ThrowsAsync<DurableStateLostException>(() => counter.Add(1));
        await Assert.ThrowsAnyAsync<Exception>(() => counter.Add(1)); // Its new activation cannot read.
        await Assert.ThrowsAnyAsync<Exception>(() => silo.Counter("kb").Add(1));

        silo.Dialect.Down = null;
        Assert.Equal(2, await counter.Add(1));
        Assert.Equal(1, await silo.Counter("kb").Add(1));
    }
}

public sealed class When_a_commit_fails_on_SQLite : When_a_commit_fails<SqliteFile>;

public sealed class When_a_commit_fails_on_PostgreSQL : When_a_commit_fails<SpecSchema>;
