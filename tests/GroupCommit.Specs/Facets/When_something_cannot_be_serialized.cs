using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Facets;

public abstract class When_something_cannot_be_serialized<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_fail_the_commit_of_an_unserializable_state_and_no_other()
    {
        await using var silo = await SpecSilo.Start(Database);
        var good = silo.Counter("good");
        var bad = silo.Counter("kbad");
        await bad.Add(1);
        var held = silo.Dialect.HoldNext();
        var first = good.Add(1);
        await held.Arrived;
        var neighbour = silo.Counter("neighbour").Add(1);

        var error = await Assert.ThrowsAsync<DurableStateLostException>(bad.CommitUnserializableState);

        Assert.Contains(nameof(Unserializable), error.Message, StringComparison.Ordinal);
        held.Release();
        var others = await Task.WhenAll(first, neighbour).Soon();
        Assert.Equal([1, 1], others);
        Assert.Equal(1, await bad.Confirm());
    }

    [Fact]
    public async Task Should_store_nothing_of_a_commit_with_an_unserializable_event()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Add(1);

        var error = await Assert.ThrowsAsync<DurableStateLostException>(counter.PublishUnserializableEvent);

        Assert.Contains(nameof(Unserializable), error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await counter.Confirm());
        Assert.Empty(await silo.Dialect.ReadOutbox(0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Should_name_the_grain_whose_stored_state_cannot_be_read()
    {
        await using var silo = await SpecSilo.Start(Database);
        await silo.Committer.Commit(Store.Write("ka", payload: "no state at all", kind: "counter"));

        var error = await Assert.ThrowsAnyAsync<Exception>(silo.Counter("ka").Look);

        Assert.Contains("counter/ka", error.Message, StringComparison.Ordinal);
    }
}

public sealed class When_something_cannot_be_serialized_on_SQLite : When_something_cannot_be_serialized<SqliteFile>;

public sealed class When_something_cannot_be_serialized_on_PostgreSQL : When_something_cannot_be_serialized<SpecSchema>;
