namespace GroupCommit.Specs.Facets;

public abstract class When_a_grain_arms_a_message<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private static readonly DateTimeOffset Soon = new(2230, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Should_keep_one_message_with_a_new_token_for_each_arming()
    {
        await using var silo = await SpecSilo.Start(Database);
        var counter = silo.Counter("ka");
        await counter.Arm(Soon);
        var first = Assert.Single(await silo.Armed());
        await counter.Arm(Soon.AddMinutes(1));

        var row = Assert.Single(await silo.Armed());
        Assert.Equal(("counter/ka", "ring", Soon.AddMinutes(1), 0), (row.Target, row.Name, row.DueAt, row.Attempts));
        Assert.True(row.Token > first.Token);
    }

    [Fact]
    public async Task Should_disarm_it()
    {
        await using var silo = await SpecSilo.Start(Database);
        await silo.Counter("ka").Arm(Soon);
        await silo.Counter("kb").Arm(Soon);
        await silo.Counter("ka").Arm(null);

        var row = Assert.Single(await silo.Armed());
        Assert.Equal("counter/kb", row.Target);
    }
}

public sealed class When_a_grain_arms_a_message_on_SQLite : When_a_grain_arms_a_message<SqliteFile>;

public sealed class When_a_grain_arms_a_message_on_PostgreSQL : When_a_grain_arms_a_message<SpecSchema>;
