using GroupCommit.Specs.Projections;
using Microsoft.Extensions.Logging;

namespace GroupCommit.Specs.Postgres;

/// <summary>One of them runs it.</summary>
public sealed class When_a_projection_has_several_silos : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_run_on_one_and_count_what_all_of_them_append()
    {
        await using var one = await ProjectionUnderTest.Open(_database);
        await one.Comes(() => one.Status.IsHere);
        await using var other = await ProjectionUnderTest.Open(_database);
        await one.Append("a", 1, 20);
        await other.Append("b", 1, 20);

        await one.Comes(() => one.Counts(("a", 20), ("b", 20)));
        other.Pass(TimeSpan.FromMinutes(1));
        Assert.False(other.Status.IsHere);
        Assert.Empty(other.Tally.Given);
    }

    [Fact]
    public async Task Should_move_when_its_silo_has_ended_with_what_that_has_left()
    {
        await using var other = await ProjectionUnderTest.Open(_database, starts: false);
        await using (var one = await ProjectionUnderTest.Open(_database))
        {
            await one.Append("a", 1, 20);
            await one.Comes(() => one.Counts(("a", 20)));
            other.Start();
            // Not counted any more by this one.
            one.Tally.OnApply = (_, _) => throw new InvalidOperationException("Not here.");
            await one.Append("a", 21, 5);
        }

        await other.Append("b", 1);

        await other.Comes(() => other.Counts(("a", 25), ("b", 1)));
        Assert.Equal(6, other.Tally.Given.Count);
    }

    /// <summary>
    /// The server ends the session of one that is in the middle of a transaction; another one takes over before that notices.
    /// </summary>
    [Fact]
    public async Task Should_not_take_effect_twice_when_the_lease_was_lost_in_the_middle()
    {
        await using var one = await ProjectionUnderTest.Open(_database, starts: false);
        await using var other = await ProjectionUnderTest.Open(_database, starts: false);
        await one.Append("a", 1, 3);
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        one.Tally.OnApply = (_, _) =>
        {
            arrived.TrySetResult();
            return released.Task;
        };
        one.Start();
        await arrived.Task.Soon();

        other.Start();
        EndSession("idle in transaction");
        await other.Comes(() => other.Counts(("a", 3)));
        released.SetResult();
        await one.Append("a", 4, 3);

        await other.Comes(() => other.Counts(("a", 6)));
        await one.Comes(() => !one.Status.IsHere);
        Assert.True(await other.Counts(("a", 6)));
    }

    /// <summary>What a connection that was lost has said of an entry may be said of the connection.</summary>
    [Fact]
    public async Task Should_try_again_on_another_connection_what_took_too_long_on_one_that_was_lost()
    {
        var (tally, tries) = (new Tally(), 0);
        tally.OnApply = (_, cancel) =>
        {
            if (tries++ > 0)
                return Task.CompletedTask;

            EndSession();
            return new TaskCompletionSource().Task.WaitAsync(cancel);
        };
        await using var one = await ProjectionUnderTest.Open(
            _database, options => (options.SetsAside, options.Attempts) = (true, 1), tally);
        await one.Append("a", 1);

        await one.Comes(() => one.Counts(("a", 1)));
        Assert.Equal(2, tries);
        Assert.Empty(await one.Service.ReadSetAside(ProjectionUnderTest.Name));
    }

    /// <summary>Whoever looks sees it, however often the connection comes and goes.</summary>
    [Fact]
    public async Task Should_go_on_saying_why_it_has_stopped_on_another_connection()
    {
        await using var one = await ProjectionUnderTest.Open(_database, options => options.Attempts = 1);
        await one.Append("a", 1, text: Tally.Poison);
        await one.Comes(() => one.Status.StoppedBy is not null);

        EndSession();

        await one.Comes(() => one.Status is { IsHere: false, StoppedBy: null, Behind: 0 });
        await one.Comes(() => one.Status is { IsHere: true, StoppedBy: not null, Behind: 1 });
        Assert.Single(one.Store.Log.At(LogLevel.Error), line => line.Contains("has stopped before", StringComparison.Ordinal));
        one.Tally.OnApply = (_, _) => Task.CompletedTask;
        await one.Comes(() => one.Counts(("a", 1)));
        await one.Comes(() => one.Status is { StoppedBy: null, Behind: 0 });
    }

    [Fact]
    public async Task Should_go_on_with_what_others_append_when_it_stops_before_an_entry_of_one()
    {
        await using var there = await Store.Open(_database);
        await there.Commit(Store.Logged("b", 1, Tally.Poison));
        await using var one = await ProjectionUnderTest.Open(_database, options =>
            (options.Attempts, options.RetryDelay, options.RetryLimit) = (1, TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        await one.Comes(() => one.Status.StoppedBy is not null);

        await one.Append("a", 1, 3);

        await one.Comes(() => one.Counts(("a", 3)));
        Assert.NotNull(one.Status.StoppedBy);
    }

    /// <summary>Numbers of processes are given once, and a position is remembered for each, however long ago it has ended.</summary>
    [Fact]
    public async Task Should_read_what_processes_have_left_that_nobody_remembers()
    {
        for (var n = 1; n <= 3; n++)
        {
            await using var gone = await Store.Open(_database);
            await gone.Commit(Store.Logged("a", n));
        }

        _database.Sql.Run("DELETE FROM groupcommit_owners; DELETE FROM groupcommit_positions");
        await using (var one = await ProjectionUnderTest.Open(_database))
            await one.Comes(() => one.Counts(("a", 3)));

        await using var next = await ProjectionUnderTest.Open(_database);
        await next.Append("a", 4);
        await next.Comes(() => next.Counts(("a", 4)));
        Assert.Equal(["a 4"], next.Tally.Given);
    }

    /// <summary>One that was stopped with a batch in hand, and comes to itself when it was given up.</summary>
    [Fact]
    public async Task Should_read_what_comes_late()
    {
        await using var late = await Store.Open(_database);
        await late.Commit(Store.Logged("a", 1));
        await using var one = await ProjectionUnderTest.Open(_database);
        await one.Comes(() => one.Counts(("a", 1)));
        _database.Sql.Run("UPDATE groupcommit_owners SET alive_until = now() - interval '1 hour'");

        await late.Commit(Store.Logged("a", 2));

        await one.Comes(() => one.Counts(("a", 2)));
    }

    [Fact]
    public async Task Should_leave_other_services_of_the_database_alone()
    {
        await using (var stranger = await Store.Open(_database))
            await stranger.Commit(Store.Logged("theirs", 1));
        _database.Sql.Run("UPDATE groupcommit_log SET service_id = 'another'; UPDATE groupcommit_owners SET service_id = 'another'");

        await using var one = await ProjectionUnderTest.Open(_database);
        await one.Append("a", 1);

        await one.Comes(() => one.Counts(("a", 1)));
    }

    private void EndSession(string state = "%") => _database.Sql.Run(
        $"""
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name = '{_database.Sql.Schema} projection' AND state LIKE '{state}'
        """);
}
