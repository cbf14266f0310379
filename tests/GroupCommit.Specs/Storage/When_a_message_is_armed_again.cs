using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Storage;

public abstract class When_a_message_is_armed_again<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private static readonly DateTimeOffset Due = new(2230, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Should_survive_a_settle_with_the_old_token()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Arming("a", 0, token: 1, Due));
        await store.Commit(Arming("a", 1, token: 2, Due.AddMinutes(1)));

        Assert.False(await store.Commit(new ScheduleSettle("g/a", "ring", 1, null, 0, 0)));
        Assert.False(await store.Commit(new ScheduleSettle("g/a", "ring", 1, Due.AddDays(1), 3, 1)));

        Assert.Equal([new ScheduleRow("g/a", "ring", 2, Due.AddMinutes(1), 0)], await store.Armed());
    }

    [Fact]
    public async Task Should_go_or_move_when_settled_with_its_own_token()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Arming("a", 0, token: 1, Due));
        await store.Commit(Arming("b", 0, token: 2, Due));

        Assert.True(await store.Commit(new ScheduleSettle("g/a", "ring", 1, null, 0, 0)));
        Assert.True(await store.Commit(new ScheduleSettle("g/b", "ring", 2, Due.AddSeconds(1), 3, 4)));

        Assert.Equal([new ScheduleRow("g/b", "ring", 3, Due.AddSeconds(1), 4)], await store.Armed());
    }

    [Fact]
    public async Task Should_not_be_armed_by_a_write_that_conflicts()
    {
        await using var store = await Store.Open(Database);
        await store.Commit(Arming("a", 0, token: 1, Due));

        Assert.False(await store.Commit(Arming("a", 0, token: 2, Due.AddMinutes(1))));

        Assert.Equal(1, Assert.Single(await store.Armed()).Token);
    }

    [Fact]
    public async Task Should_be_found_when_due_and_not_before_the_earliest_first()
    {
        await using var store = await Store.Open(Database);
        foreach (var (key, seconds) in new[] { ("a", 3), ("b", 1), ("c", 2), ("d", 9), ("f", 8), ("e", 7) })
            await store.Commit(Arming(key, 0, token: seconds, Due.AddSeconds(seconds)));

        Assert.Equal("", await Settle(0.999));
        Assert.Equal("b", await Settle(1));
        Assert.Equal("c", await Settle(3, places: 1));
        Assert.Equal("a", await Settle(3));
        Assert.Equal("ef", await Settle(8));

        async Task<string> Settle(double seconds, int places = 10)
        {
            var due = await store.Dialect.ReadDue(Due.AddSeconds(seconds), places, 0, CancellationToken.None);
            foreach (var row in due)
                Assert.True(await store.Commit(new ScheduleSettle(row.Target, row.Name, row.Token, null, 0, 0)));

            return string.Concat(due.Select(row => row.Target[^1]));
        }
    }

    private static GrainWrite Arming(string key, long version, long token, DateTimeOffset dueAt) =>
        Store.Write($"k{key}", version) with { Schedules = [new ScheduleWrite($"g/{key}", "ring", token, dueAt)] };
}

public sealed class When_a_message_is_armed_again_on_SQLite : When_a_message_is_armed_again<SqliteFile>;

public sealed class When_a_message_is_armed_again_on_PostgreSQL : When_a_message_is_armed_again<SpecSchema>;
