namespace GroupCommit.Specs.Projections;

/// <summary>The file takes one writer at a time, and none of them may be refused for another one's sake.</summary>
public sealed class When_a_projection_is_slow_on_SQLite : OnEachDatabase<SqliteFile>
{
    [Fact]
    public async Task Should_keep_commits_waiting_and_fail_none()
    {
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tally = new Tally();
        await using var projection = await ProjectionUnderTest.Open(Database, tally: tally);
        await projection.Comes(() => projection.Status.IsHere);
        tally.OnApply = (_, _) =>
        {
            arrived.TrySetResult();
            return released.Task;
        };
        await projection.Append("a", 1);
        await arrived.Task.Soon();

        var commit = projection.Append("a", 2);
        // It reads beside it.
        Assert.Single(await projection.Store.Reader.ReadHistory<string>("log", "a"));
        Assert.False(commit.IsCompleted);
        released.SetResult();

        await commit.Soon();
        await projection.Comes(() => projection.Counts(("a", 2)));
    }
}
