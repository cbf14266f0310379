using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Storage;

public abstract class When_payloads_are_unusual<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(10 << 20)]
    public async Task Should_come_back_as_they_were(int size)
    {
        await using var store = await Store.Open(Database);
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        Assert.True(await store.Commit(Store.Write("ka") with
        {
            Payload = payload,
            Entries = [new EntryWrite("m", "e", payload)],
            Outbox = [Store.Event("") with { Payload = payload }],
        }));

        var row = await store.Read("ka");
        Assert.Equal(payload, row!.Payload);
        Assert.Equal(payload, Assert.Single(row.Entries).Payload);
        Assert.Equal(payload, (await store.Dialect.ReadOutbox(0, 1, CancellationToken.None))[0].Payload.ToArray());
    }
}

public sealed class When_payloads_are_unusual_on_SQLite : When_payloads_are_unusual<SqliteFile>;

public sealed class When_payloads_are_unusual_on_PostgreSQL : When_payloads_are_unusual<SpecSchema>;
