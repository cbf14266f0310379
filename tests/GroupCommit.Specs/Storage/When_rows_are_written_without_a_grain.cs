namespace GroupCommit.Specs.Storage;

public abstract class When_rows_are_written_without_a_grain<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_store_them_when_the_version_holds()
    {
        await using var silo = await SpecSilo.Start(Database);
        Assert.Null(await silo.Rows.Read<LedgerEntry>("charges", "kc1"));
        Assert.True(await silo.Rows.TryWrite("charges", "kc1", new LedgerEntry(1), 0));
        Assert.False(await silo.Rows.TryWrite("charges", "kc1", new LedgerEntry(2), 0));
        Assert.True(await silo.Rows.TryWrite("charges", "kc1", new LedgerEntry(3), 1));
        Assert.False(await silo.Rows.TryWrite("charges", "kc2", new LedgerEntry(4), 1));

        var row = await silo.Rows.Read<LedgerEntry>("charges", "kc1");
        Assert.Equal((3, 2), (row!.Value.Amount, row.Version));
        Assert.Null(await silo.Rows.Read<LedgerEntry>("charges", "kc2"));
    }

    [Fact]
    public async Task Should_let_one_of_many_at_once_win_each_version()
    {
        await using var silo = await SpecSilo.Start(Database);
        for (var version = 0; version < 5; version++)
        {
            var expected = version;
            var won = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => silo.Rows.TryWrite("charges", "kc", new LedgerEntry(i), expected))).Soon();
            Assert.Single(won, true);
        }

        Assert.Equal(5, (await silo.Rows.Read<LedgerEntry>("charges", "kc"))?.Version);
    }
}

public sealed class When_rows_are_written_without_a_grain_on_SQLite : When_rows_are_written_without_a_grain<SqliteFile>;

public sealed class When_rows_are_written_without_a_grain_on_PostgreSQL : When_rows_are_written_without_a_grain<SpecSchema>;
