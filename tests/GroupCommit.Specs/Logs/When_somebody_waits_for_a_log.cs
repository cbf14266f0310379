using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Logs;

/// <summary>The clock stands still unless a spec says otherwise: whoever wakes was not found by looking again and again.</summary>
public abstract class When_somebody_waits_for_a_log<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Should_see_at_once_what_is_there_already()
    {
        await using var store = await Open();
        var start = await store.Reader.ReadEnd();
        await store.Commit(Store.Logged("a", 2));

        Assert.True(await store.Reader.WaitForEntity("log", "a", 1, Minute).Soon());
        Assert.True(await store.Reader.WaitForMore(start, Minute).Soon());
        Assert.True(await store.Reader.WaitForMore(DurableLogPosition.Start, Minute).Soon());
    }

    [Fact]
    public async Task Should_wake_with_the_commit_that_brings_it_and_not_before()
    {
        await using var store = await Open();
        await store.Commit(Store.Logged("a", 1));
        var wait = store.Reader.WaitForEntity("log", "a", 2, Timeout.InfiniteTimeSpan);

        await store.Commit(Store.Logged("a", 2));
        await store.Commit(Store.Logged("b", 3));
        await store.Commit(new LogAppend("another log", [new LogRow("a", 3, new byte[] { 1 })]));
        Assert.False(wait.IsCompleted);

        await store.Commit(Store.Logged("a", 3));
        Assert.True(await wait.Soon());
    }

    [Fact]
    public async Task Should_wake_for_what_is_appended_without_a_grain()
    {
        await using var store = await Open();
        var (end, wait) = (await store.Reader.ReadEnd(), store.Reader.WaitForEntity("log", "a", 0, Minute));
        var more = store.Reader.WaitForMore(end, Minute);

        await store.Commit(new LogAppend("log", [new LogRow("a", 1, new byte[] { 1 })]));

        Assert.True(await wait.Soon());
        Assert.True(await more.Soon());
    }

    [Fact]
    public async Task Should_wake_at_the_end_of_the_log_with_the_next_entry_of_any_entity()
    {
        await using var store = await Open();
        await store.Commit(Store.Logged("a", 1));
        // As a browser brings it back.
        var end = DurableLogPosition.Parse((await store.Reader.ReadEnd()).ToString());
        var wait = store.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan);
        await store.Commit(Store.Write("no event"));
        Assert.False(wait.IsCompleted);

        await store.Commit(Store.Logged("b", 1));

        Assert.True(await wait.Soon());
    }

    [Fact]
    public async Task Should_give_up_at_the_limit_and_when_it_is_told_to()
    {
        await using var store = await Open();
        var end = await store.Reader.ReadEnd();
        using var cancel = new CancellationTokenSource();
        var (entity, whole) = (store.Reader.WaitForEntity("log", "a", 0, Minute), store.Reader.WaitForMore(end, Minute));
        var told = store.Reader.WaitForEntity("log", "a", 0, Timeout.InfiniteTimeSpan, cancel.Token);
        var toldWhole = store.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan, cancel.Token);
        await Eventually.Is(() => store.Dialect.Logs.Questions > 0);

        await Eventually.Is(() =>
        {
            _time.Advance(Minute);
            return entity.IsCompleted && whole.IsCompleted;
        });
        await cancel.CancelAsync();

        Assert.False(await entity.Soon());
        Assert.False(await whole.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => told.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => toldWhole.Soon());
        Assert.Equal(0, store.Watch.Waiting);
    }

    [Fact]
    public async Task Should_look_once_when_there_is_no_time()
    {
        await using var store = await Open();
        var start = await store.Reader.ReadEnd();
        Assert.False(await store.Reader.WaitForEntity("log", "a", 0, TimeSpan.Zero).Soon());
        Assert.False(await store.Reader.WaitForMore(start, TimeSpan.Zero).Soon());

        await store.Commit(Store.Logged("a", 1));

        Assert.True(await store.Reader.WaitForEntity("log", "a", 0, TimeSpan.Zero).Soon());
        Assert.True(await store.Reader.WaitForMore(start, TimeSpan.Zero).Soon());
    }

    /// <summary>Its ids are used up, and no row has them.</summary>
    [Fact]
    public async Task Should_wait_at_the_end_after_an_append_whose_place_is_taken()
    {
        await using var store = await Open();
        var append = new LogAppend("log", [new LogRow("a", 1, new byte[] { 1 })]);
        await store.Commit(append);
        var more = store.Reader.WaitForMore(await store.Reader.ReadEnd(), Timeout.InfiniteTimeSpan);
        await store.Commit(new LogAppend("log", [new LogRow("a", 1, new byte[] { 2 })]));
        Assert.True(await more.Soon());

        var next = store.Reader.WaitForMore(await store.Reader.ReadEnd(), Timeout.InfiniteTimeSpan);

        await Eventually.Is(() => !store.Watch.IsAsking);
        Assert.False(next.IsCompleted);
        await store.Commit(Store.Logged("a", 2));
        Assert.True(await next.Soon());
    }

    /// <summary>The answer to a commit is lost: nobody was told of what it stored.</summary>
    [Fact]
    public async Task Should_find_what_a_commit_that_ended_ambiguously_has_stored()
    {
        await using var store = await Open();
        var (end, wait) = (await store.Reader.ReadEnd(), store.Reader.WaitForEntity("log", "a", 0, Timeout.InfiniteTimeSpan));
        var more = store.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan);
        store.Dialect.LoseNextAnswer();

        await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Logged("a", 1)));

        Assert.True(await wait.Soon());
        Assert.True(await more.Soon());
    }

    [Fact]
    public async Task Should_go_on_waiting_while_the_database_does_not_answer()
    {
        await using var store = await Open();
        await store.Commit(Store.Logged("a", 1));
        store.Dialect.Logs.Down = new IOException("away");
        var wait = store.Reader.WaitForEntity("log", "a", 0, Timeout.InfiniteTimeSpan);
        await Eventually.Is(() => store.Dialect.Logs.Questions > 0);
        Assert.False(wait.IsCompleted);

        store.Dialect.Logs.Down = null;

        await Eventually.Is(() =>
        {
            _time.Advance(new GroupCommitOptions().LogPollInterval);
            return wait.IsCompleted;
        });
        Assert.True(await wait);
    }

    [Fact]
    public async Task Should_be_told_when_the_silo_stops()
    {
        var store = await Open();
        var (end, wait) = (await store.Reader.ReadEnd(), store.Reader.WaitForEntity("log", "a", 0, Timeout.InfiniteTimeSpan));
        var more = store.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan);
        await store.DisposeAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => wait.Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => more.Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Reader.WaitForEntity("log", "a", 0, Minute).Soon());
    }

    /// <summary>The writer ends what it has begun, and tells of it.</summary>
    [Fact]
    public async Task Should_be_told_also_when_a_commit_comes_after_that()
    {
        await using var store = await Open();
        var last = new LogAppend("log", [new LogRow("a", 1, new byte[] { 1 })]) { LastId = 1 };

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Watch.WaitForHeads(
            _ =>
            {
                store.Watch.Close();
                store.Watch.Committed([last], [true]);
                return false;
            },
            [], Timeout.InfiniteTimeSpan, CancellationToken.None).Soon());
    }

    /// <summary>They ask together, and a commit finds those it concerns without looking at the others.</summary>
    [Fact]
    public async Task Should_be_one_of_ten_thousand_at_the_price_of_a_few_queries()
    {
        await using var store = await Open();
        var end = await store.Reader.ReadEnd();
        using var cancel = new CancellationTokenSource();
        var before = store.Dialect.Logs.Questions;
        List<Task<bool>> waits = [.. Enumerable.Range(0, 10_000).Select(n =>
            store.Reader.WaitForEntity("log", $"e{n}", 0, Timeout.InfiniteTimeSpan, cancel.Token))];
        List<Task<bool>> readers = [.. Enumerable.Range(0, 10_000).Select(_ =>
            store.Reader.WaitForMore(end, Timeout.InfiniteTimeSpan, cancel.Token))];

        await store.Commit(Store.Logged("e17", 1));

        Assert.True(await waits[17].Soon());
        Assert.All(await Task.WhenAll(readers).Soon(), Assert.True);
        await Eventually.Is(() => !store.Watch.IsAsking, "all have asked");
        Assert.InRange(store.Dialect.Logs.Questions - before, 1, 1_000);
        Assert.Equal(9_999, store.Watch.Waiting);
        var asked = store.Dialect.Logs.Questions;
        await store.Commit(Store.Logged("e18", 1));
        Assert.True(await waits[18].Soon());
        Assert.Equal(asked, store.Dialect.Logs.Questions);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waits).Soon());
        Assert.Equal(0, store.Watch.Waiting);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1-x")]
    [InlineData("1-2_1-3")]
    [InlineData("-1-2")]
    public void Should_refuse_what_is_no_position(string text) => Assert.Throws<FormatException>(() => DurableLogPosition.Parse(text));

    /// <summary>Each of them is looked up as long as somebody waits.</summary>
    [Fact]
    public void Should_refuse_a_position_of_more_processes_than_there_are()
    {
        var position = DurableLogPosition.Parse(string.Join('_', Enumerable.Range(1, 1_000).Select(owner => $"{owner}-1")));
        Assert.Throws<FormatException>(() => DurableLogPosition.Parse($"{position}_1001-1"));
    }

    [Fact]
    public async Task Should_refuse_a_limit_before_now()
    {
        await using var store = await Open();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Reader.WaitForEntity("log", "a", 0, TimeSpan.FromSeconds(-1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Reader.WaitForMore(DurableLogPosition.Start, TimeSpan.FromSeconds(-1)));
    }

    private Task<Store> Open() => Store.Open(Database, time: _time);
}

public sealed class When_somebody_waits_for_a_log_on_SQLite : When_somebody_waits_for_a_log<SqliteFile>;

public sealed class When_somebody_waits_for_a_log_on_PostgreSQL : When_somebody_waits_for_a_log<SpecSchema>;
