namespace GroupCommit.Specs.Facets;

public sealed class When_a_grain_arms_a_message
{
    private static readonly DateTimeOffset Soon = new(2230, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Should_keep_one_message_with_a_new_token_for_each_arming()
    {
        await using var silo = await SpecSilo.Start();
        var counter = silo.Counter("a");
        await counter.Arm(Soon);
        var first = Assert.Single(await silo.Dialect.ReadDue(DateTimeOffset.MaxValue, 10, CancellationToken.None));
        await counter.Arm(Soon.AddMinutes(1));

        var row = Assert.Single(await silo.Dialect.ReadDue(DateTimeOffset.MaxValue, 10, CancellationToken.None));
        Assert.Equal(("counter/a", "ring", Soon.AddMinutes(1), 0), (row.Target, row.Name, row.DueAt, row.Attempts));
        Assert.True(row.Token > first.Token);
    }

    [Fact]
    public async Task Should_disarm_it()
    {
        await using var silo = await SpecSilo.Start();
        await silo.Counter("a").Arm(Soon);
        await silo.Counter("b").Arm(Soon);
        await silo.Counter("a").Arm(null);

        var row = Assert.Single(await silo.Dialect.ReadDue(DateTimeOffset.MaxValue, 10, CancellationToken.None));
        Assert.Equal("counter/b", row.Target);
    }
}
