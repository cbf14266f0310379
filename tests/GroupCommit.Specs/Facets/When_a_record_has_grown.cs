namespace GroupCommit.Specs.Facets;

public abstract class When_a_record_has_grown<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_read_what_an_earlier_release_wrote()
    {
        await using var silo = await SpecSilo.Start(Database);
        Assert.True(await silo.Rows.TryWrite("counter", "ka", new OldCounterState { Total = 42 }, 0));

        var view = await silo.Counter("ka").Look();

        Assert.Equal((42, "none"), (view.State, view.Note));
        Assert.Equal(43, await silo.Counter("ka").Add(1));
    }

    [Fact]
    public async Task Should_let_an_earlier_release_read_what_it_wrote()
    {
        await using var silo = await SpecSilo.Start(Database);
        await silo.Counter("ka").Add(42);

        Assert.Equal(42, (await silo.Rows.Read<OldCounterState>("counter", "ka"))?.Value.Total);
    }
}

public sealed class When_a_record_has_grown_on_SQLite : When_a_record_has_grown<SqliteFile>;

public sealed class When_a_record_has_grown_on_PostgreSQL : When_a_record_has_grown<SpecSchema>;
