using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Postgres;

/// <summary>Nobody tells: whoever waits looks now and then, and only while somebody waits.</summary>
public sealed class When_another_process_appends_to_a_log : IDisposable
{
    private static readonly TimeSpan Poll = new GroupCommitOptions().LogPollInterval;

    private readonly SpecSchema _database = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_wake_who_waits_here_at_the_next_look()
    {
        await using var here = await Store.Open(_database, time: _time);
        await using var there = await Store.Open(_database);
        var (end, wait) = (await here.Reader.ReadEnd(), here.Reader.WaitForEntity("log", "a", 0, Timeout.InfiniteTimeSpan));
        var more = here.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan);
        var others = here.Reader.WaitForEntity("log", "b", 0, Timeout.InfiniteTimeSpan);
        await there.Commit(Store.Logged("a", 1));

        await Eventually.Is(() =>
        {
            _time.Advance(Poll);
            return wait.IsCompleted && more.IsCompleted;
        });

        Assert.True(await wait);
        Assert.True(await more);
        Assert.False(others.IsCompleted);
    }

    /// <summary>It has not been there when the position was taken.</summary>
    [Fact]
    public async Task Should_wake_for_one_that_has_come_since()
    {
        await using var here = await Store.Open(_database, time: _time);
        var more = here.Reader.WaitForMore(await here.Reader.ReadEnd(), Timeout.InfiniteTimeSpan);
        await using var there = await Store.Open(_database);
        await Eventually.Is(() =>
        {
            _time.Advance(Poll);
            return here.Dialect.Logs.Questions > 3;
        });
        Assert.False(more.IsCompleted);

        await there.Commit(Store.Logged("a", 1));

        await Eventually.Is(() =>
        {
            _time.Advance(Poll);
            return more.IsCompleted;
        });
        Assert.True(await more);
    }

    /// <summary>Its lease says that it writes nothing more; what it wrote last counts all the same.</summary>
    [Fact]
    public async Task Should_wake_for_what_one_wrote_before_it_ended()
    {
        await using var here = await Store.Open(_database, time: _time);
        var there = await Store.Open(_database);
        var end = await here.Reader.ReadEnd();
        var (wait, more) = (here.Reader.WaitForEntity("log", "a", 0, Timeout.InfiniteTimeSpan),
            here.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan));
        await Eventually.Is(() => here.Dialect.Logs.Questions > 1 && !here.Watch.IsAsking);

        await there.Commit(Store.Logged("a", 1));
        await there.DisposeAsync();
        var late = here.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan);

        await Eventually.Is(() =>
        {
            _time.Advance(Poll);
            return wait.IsCompleted && more.IsCompleted && late.IsCompleted;
        });
        Assert.True(await wait && await more && await late);
    }

    [Fact]
    public async Task Should_not_be_asked_about_when_nobody_waits()
    {
        await using var here = await Store.Open(_database, time: _time);
        var wait = here.Reader.WaitForEntity("log", "a", 0, Poll);
        await Eventually.Is(() =>
        {
            _time.Advance(Poll);
            return wait.IsCompleted && !here.Watch.IsAtWork;
        });
        Assert.False(await wait);
        var asked = here.Dialect.Logs.Questions;

        _time.Advance(Poll * 100);
        await here.Commit(Store.Logged("a", 1));

        Assert.Equal(asked, here.Dialect.Logs.Questions);
    }
}
