using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Facets;

/// <summary>For a while two activations of one grain can exist. Mostly, the other one's write is made through the rows underneath.</summary>
public abstract class When_another_activation_has_written<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_not_confirm_what_is_stale()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);
        Assert.Equal(1, await counter.Confirm());

        Assert.True(await silo.Rows.TryWrite("counter", "ka", new CounterState { Total = 100 }, 1));

        await Assert.ThrowsAsync<DurableStateLostException>(counter.Confirm);
        Assert.Equal(100, await counter.Confirm());
    }

    [Fact]
    public async Task Should_not_confirm_that_nothing_is_there()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        Assert.Equal(0, await counter.Confirm());

        Assert.True(await silo.Rows.TryWrite("counter", "ka", new CounterState { Total = 100 }, 0));

        await Assert.ThrowsAsync<DurableStateLostException>(counter.Confirm);
        Assert.Equal(100, await counter.Confirm());
    }

    [Fact]
    public async Task Should_store_neither_state_nor_events_of_the_stale_one()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);
        Assert.True(await silo.Rows.TryWrite("counter", "ka", new CounterState { Total = 100 }, 1));

        await Assert.ThrowsAsync<DurableStateLostException>(() => counter.Add(1, "lost"));

        Assert.Empty(await silo.Dialect.ReadOutbox(0, 10, CancellationToken.None));
        Assert.Equal(101, await counter.Add(1));
    }

    [Fact]
    public async Task Should_store_one_of_two_that_write_at_once()
    {
        await using var silo = await SpecSilo.Start(Database);
        var twin = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ITwin>("t");
        var held = silo.Dialect.HoldNext();
        var one = twin.Add("one");
        await held.Arrived;
        var two = twin.Add("two"); // Goes to the other activation, which finds nothing stored either.
        await Eventually.Is(() => silo.Services.GetRequiredService<Committer>().QueueDepth == 1);
        held.Release();

        Assert.Equal(1, await one.Soon());
        await Assert.ThrowsAsync<DurableStateLostException>(() => two.Soon());
        Assert.Single(await silo.Dialect.ReadOutbox(0, 10, CancellationToken.None));
        Assert.Equal(2, await twin.Add("three"));
    }

    [Fact]
    public async Task Should_answer_many_confirmations_with_one_question_and_none_beside_a_write()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);
        var held = silo.Dialect.HoldNext();

        var first = counter.Confirm();
        await held.Arrived;
        List<Task> behind = [.. Enumerable.Range(0, 10).Select(_ => counter.Confirm()), counter.Add(1)];
        await Eventually.Is(async () => (await counter.Look()).State == 2);
        held.Release();
        await first.Soon();
        await Task.WhenAll(behind).Soon();

        // The question, then a write that answers the ten as well.
        Assert.Equal(2, (await counter.Look()).Version);
        Assert.Equal(2, silo.Dialect.Writes.Count());
        Assert.Single(silo.Dialect.Batches.SelectMany(batch => batch).OfType<VersionCheck>());
    }
}

public sealed class When_another_activation_has_written_on_SQLite : When_another_activation_has_written<SqliteFile>;

public sealed class When_another_activation_has_written_on_PostgreSQL : When_another_activation_has_written<SpecSchema>;
