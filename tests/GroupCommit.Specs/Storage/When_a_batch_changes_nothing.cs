using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Storage;

/// <summary>The outbox asks like this whether the database works, before it blames an event.</summary>
public abstract class When_a_batch_changes_nothing<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_be_taken_as_stored()
    {
        await using var store = await Store.Open(Database);

        Assert.True(await store.Commit(new OutboxRemove([])));
        Assert.True(await store.Commit(new OutboxQuarantine([], "nothing")));
        Assert.True(await store.Commit(new OutboxAppend([])));
        Assert.Null(await store.Read("", kind: ""));
        Assert.False(store.Committer.IsFailing);
    }
}

public sealed class When_a_batch_changes_nothing_on_SQLite : When_a_batch_changes_nothing<SqliteFile>;

public sealed class When_a_batch_changes_nothing_on_PostgreSQL : When_a_batch_changes_nothing<SpecSchema>;
