using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Storage;

public abstract class When_the_database_fails<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_show_it_until_something_is_stored_again()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Store.Write("before"));
        Assert.False(store.Committer.IsFailing);

        store.Dialect.Down = new IOException("The disk went away.");
        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("during")));
        Assert.True(store.Committer.IsFailing);

        store.Dialect.Down = null;
        await store.Commit(Store.Write("after"));
        Assert.False(store.Committer.IsFailing);

        store.Dialect.Down = new IOException("The disk went away.");
        await Assert.ThrowsAsync<IOException>(() => store.Read("after"));
        Assert.True(store.Committer.IsFailing);
    }
}

public sealed class When_the_database_fails_on_SQLite : When_the_database_fails<SqliteFile>;

public sealed class When_the_database_fails_on_PostgreSQL : When_the_database_fails<SpecSchema>;
