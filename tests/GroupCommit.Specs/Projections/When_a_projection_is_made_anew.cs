namespace GroupCommit.Specs.Projections;

public abstract class When_a_projection_is_made_anew<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_count_every_entry_once_while_more_of_them_come()
    {
        await using var projection = await ProjectionUnderTest.Open(Database, options => options.MaximumBatch = 7);
        await projection.Append("a", 1, 50);
        await projection.Comes(() => projection.Counts(("a", 50)));

        var more = projection.Append("a", 51, 100);
        for (var resets = 1; resets <= 3; resets++)
        {
            await projection.Service.Reset(ProjectionUnderTest.Name);
            await projection.Comes(() => projection.Tally.Resets > resets);
        }

        await more.Soon();
        await projection.Comes(() => projection.Counts(("a", 150)));
        Assert.Equal(4, projection.Tally.Resets);
    }

    [Fact]
    public async Task Should_begin_at_the_first_entry_when_its_code_is_of_a_newer_version()
    {
        await using (var old = await ProjectionUnderTest.Open(Database))
        {
            await old.Append("a", 1, 3);
            await old.Comes(() => old.Counts(("a", 3)));
        }

        await using var next = await ProjectionUnderTest.Open(Database, options => options.Version = 2);

        await next.Comes(() => next.Tally.Given.Count == 3);
        await next.Comes(() => next.Counts(("a", 3)));
    }

    [Fact]
    public async Task Should_be_left_to_the_newer_release_until_it_is_reset()
    {
        await using (var newer = await ProjectionUnderTest.Open(Database, options => options.Version = 2))
        {
            await newer.Append("a", 1, 3);
            await newer.Comes(() => newer.Counts(("a", 3)));
        }

        await using var rolledBack = await ProjectionUnderTest.Open(Database);
        await rolledBack.Append("a", 4);
        await rolledBack.Comes(() => rolledBack.Status.StoppedBy?.Contains("of version 2", StringComparison.Ordinal) == true);
        Assert.False(rolledBack.Status.IsHere);
        Assert.Empty(rolledBack.Tally.Given);

        await rolledBack.Service.Reset(ProjectionUnderTest.Name);

        await rolledBack.Comes(() => rolledBack.Counts(("a", 4)));
        Assert.Null(rolledBack.Status.StoppedBy);
    }

    [Fact]
    public async Task Should_be_asked_for_by_a_name_that_is_there()
    {
        await using var projection = await ProjectionUnderTest.Open(Database);
        await Assert.ThrowsAsync<ArgumentException>(() => projection.Service.Reset("another"));
        await Assert.ThrowsAsync<ArgumentException>(() => projection.Service.ReadSetAside("another"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => projection.Service.ReadSetAside(ProjectionUnderTest.Name, limit: 0));
    }
}

public sealed class When_a_projection_is_made_anew_on_SQLite : When_a_projection_is_made_anew<SqliteFile>;

public sealed class When_a_projection_is_made_anew_on_PostgreSQL : When_a_projection_is_made_anew<SpecSchema>;
