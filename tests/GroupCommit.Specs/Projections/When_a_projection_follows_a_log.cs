using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Projections;

public abstract class When_a_projection_follows_a_log<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_apply_every_entry_once_and_in_order_whenever_it_was_appended()
    {
        await using var projection = await ProjectionUnderTest.Open(Database, options => options.MaximumBatch = 3, starts: false);
        await projection.Append("a", 1, 10);
        projection.Start();
        await projection.Append("b", 1, 10);
        await projection.Comes(() => projection.Counts(("a", 10), ("b", 10)));
        await projection.Append("a", 11);

        await projection.Comes(() => projection.Counts(("a", 11), ("b", 10)));

        string[] order = [.. Numbers("a", 10), .. Numbers("b", 10), "a 11"];
        Assert.Equal(order, projection.Tally.Given);
        Assert.Equal(1, projection.Tally.Resets);
    }

    [Fact]
    public async Task Should_go_on_where_it_was_after_a_restart_and_read_what_came_meanwhile()
    {
        await using (var first = await ProjectionUnderTest.Open(Database))
        {
            await first.Append("a", 1, 3);
            await first.Comes(() => first.Counts(("a", 3)));
        }

        // A process without a projection.
        await using (var other = await Store.Open(Database))
            await other.Commit(Store.Logged("a", 4));

        await using var next = await ProjectionUnderTest.Open(Database);
        await next.Append("a", 5);

        await next.Comes(() => next.Counts(("a", 5)));
        Assert.Equal(["a 4", "a 5"], next.Tally.Given);
        Assert.Equal(0, next.Tally.Resets);
    }

    [Fact]
    public async Task Should_pass_over_other_logs_and_read_what_is_appended_without_a_grain()
    {
        await using var projection = await ProjectionUnderTest.Open(Database);
        for (var n = 1; n <= 3; n++)
        {
            await projection.Store.Commit(new LogAppend("another log", [new LogRow("x", n, new byte[] { 1 })]));
            await projection.Store.Commit(new LogAppend("log", [new LogRow("a", n, new byte[] { 65 })]));
            // Passed over: it has an id, and there is no entry that has it.
            await projection.Store.Commit(new LogAppend("log", [new LogRow("a", n, new byte[] { 66 })]));
        }

        await projection.Comes(() => projection.Counts(("a", 3)));
        await projection.Comes(() => projection.Status is { IsHere: true, Behind: 0 });
    }

    /// <summary>Nothing of it may be kept.</summary>
    [Fact]
    public async Task Should_keep_nothing_of_a_transaction_that_failed()
    {
        var tally = new Tally();
        var failures = 0;
        await using var projection = await ProjectionUnderTest.Open(Database, tally: tally, starts: false);
        await projection.Append("a", 1, 4);
        var count = tally.OnApply;
        tally.OnApply = (entries, cancel) =>
            entries.Any(entry => entry.Sequence == 3) && failures++ < 2 ? throw new InvalidOperationException("Not yet.")
            : count(entries, cancel);
        projection.Start();

        await projection.Comes(() => projection.Counts(("a", 4)));
        Assert.Equal(Numbers("a", 4), tally.Given);
    }

    /// <summary>Whoever ends the transaction would have its rows without its place.</summary>
    [Fact]
    public async Task Should_refuse_code_that_ends_the_transaction()
    {
        await using var projection = await ProjectionUnderTest.Open(Database, options => options.Attempts = 1, new Tally(), starts: false);
        await projection.Append("a", 1);
        await using var ending = await EndingProjection.Run(projection.Store);

        await Eventually.Is(() => ending.Status.StoppedBy is not null);
        Assert.Contains("transaction", ending.Status.StoppedBy, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, ending.Status.Behind);
    }

    private static IEnumerable<string> Numbers(string entity, int count) => Enumerable.Range(1, count).Select(n => $"{entity} {n}");
}

public sealed class When_a_projection_follows_a_log_on_SQLite : When_a_projection_follows_a_log<SqliteFile>;

public sealed class When_a_projection_follows_a_log_on_PostgreSQL : When_a_projection_follows_a_log<SpecSchema>;
