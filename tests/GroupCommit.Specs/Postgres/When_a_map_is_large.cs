namespace GroupCommit.Specs.Postgres;

public sealed class When_a_map_is_large : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_write_one_row_for_one_entry_of_a_hundred_thousand()
    {
        await using var silo = await SpecSilo.Start(_database);
        await silo.Ledger("large").PutMany(100_000);
        await silo.Ledger("large").Put("e77777", 5);
        await silo.Ledger("large").Drop("e5");
        await silo.Deactivate(silo.Ledger("large"));

        Assert.Equal(100_000 - 1 + 5 - 1, await silo.Ledger("large").Total());
        Assert.Equal(99_999, (await silo.Ledger("large").Entries()).Count);
        // Who wrote a row stands in it.
        var rowsByTransaction = _database.Sql.Query("SELECT count(*) FROM groupcommit_entries GROUP BY xmin::text ORDER BY 1").Select(row => row[0]);
        Assert.Equal(["1", "99998"], rowsByTransaction);
    }
}
