using System.Text;

namespace GroupCommit.Specs.Storage;

public abstract class When_the_process_dies<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_never_give_an_id_twice()
    {
        long lastToken, lastOutbox;
        await using (var store = await Store.Open(Database))
        {
            await store.Commit(Store.Write("ka", outgoing: "one"));
            await store.Commit(Store.Write("kb", outgoing: "two"));
            lastOutbox = store.HandedOver.Last().Id;
            await store.Commit(new Orleans.Persistence.GroupCommit.Storage.OutboxRemove([.. store.HandedOver.Select(row => row.Id)]));
            Assert.Empty(await store.Outbox());
            lastToken = store.Committer.NextId();
        }

        await using var next = await Store.Open(Database);
        Assert.True(next.Committer.NextId() > lastToken);
        Assert.True(next.Dialect.IdsStartAfter >= lastOutbox);
        await next.Commit(Store.Write("kc", outgoing: "three"));
        Assert.True(next.HandedOver.Single().Id > next.Dialect.IdsStartAfter);
        Assert.Equal("three", Encoding.UTF8.GetString(next.HandedOver.Single().Payload.Span));
    }
}

public sealed class When_the_process_dies_on_SQLite : When_the_process_dies<SqliteFile>;

public sealed class When_the_process_dies_on_PostgreSQL : When_the_process_dies<SpecSchema>;
