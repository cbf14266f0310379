using Orleans.Persistence.GroupCommit.Projections;

namespace GroupCommit.Specs.Projections;

/// <summary>The database, too, sees to it that nothing is applied twice: whatever two silos believe of their leases.</summary>
public abstract class When_a_place_is_written<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_go_on_from_the_place_before_and_from_no_other()
    {
        await using var store = await Store.Open(Database);

        await Write(store, before: 0, position: 3);
        await Assert.ThrowsAsync<ProjectionMovedException>(() => Write(store, before: 0, position: 4));
        await Assert.ThrowsAsync<ProjectionMovedException>(() => Write(store, before: 2, position: 4));
        await Write(store, before: 3, position: 4);

        Assert.Equal(4, await Read(store));
    }

    private static async Task Write(Store store, long before, long position)
    {
        await using var beside = await store.Dialect.Inner.Logs.OpenBeside(CancellationToken.None);
        var table = new ProjectionTable(beside, SpecDatabase.ServiceId, "list");
        await beside.InTransaction(
            transaction => table.WritePosition(transaction, owner: 7, before, position, CancellationToken.None), isLong: false,
            CancellationToken.None);
    }

    private static async Task<long> Read(Store store)
    {
        await using var beside = await store.Dialect.Inner.Logs.OpenBeside(CancellationToken.None);
        var table = new ProjectionTable(beside, SpecDatabase.ServiceId, "list");
        var position = 0L;
        await beside.InTransaction(
            async transaction => position = (await table.ReadPositions(transaction, CancellationToken.None))[7], isLong: false,
            CancellationToken.None);
        return position;
    }
}

public sealed class When_a_place_is_written_on_SQLite : When_a_place_is_written<SqliteFile>;

public sealed class When_a_place_is_written_on_PostgreSQL : When_a_place_is_written<SpecSchema>;
