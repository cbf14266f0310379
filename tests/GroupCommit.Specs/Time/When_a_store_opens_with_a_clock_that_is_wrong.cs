using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Time;

/// <summary>The newest time that was written outlives the process, however wrong the clock of the next one is.</summary>
public abstract class When_a_store_opens_with_a_clock_that_is_wrong<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(3_653)]
    public async Task Should_go_on_from_the_newest_time_that_was_written(int days)
    {
        var ahead = new SteadyClock();
        DateTimeOffset written;
        await using (var store = await Store.Open(Database, time: ahead))
        {
            ahead.Set(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(days));
            await store.Commit(Store.Write("k:a"));
            written = ahead.GetUtcNow() - TimeSpan.FromSeconds(10);
        }

        var next = new SteadyClock();
        await using var again = await Store.Open(Database, time: next);
        Assert.InRange(next.GetUtcNow(), written, written + TimeSpan.FromMinutes(5));
        Assert.Contains(again.Log.At(LogLevel.Warning), line => line.Contains("behind the newest time in the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_say_nothing_when_it_is_right()
    {
        for (var opening = 1; opening <= 2; opening++)
        {
            var clock = new SteadyClock();
            await using var store = await Store.Open(Database, time: clock);
            await store.Commit(Store.Write($"k:{opening}"));
            Assert.True(clock.Deviation.Duration() < TimeSpan.FromSeconds(5), $"It is off by {clock.Deviation}.");
            Assert.Empty(store.Log.At(LogLevel.Warning));
        }
    }
}

public sealed class When_a_SQLite_store_opens_with_a_clock_that_is_wrong : When_a_store_opens_with_a_clock_that_is_wrong<SqliteFile>;

public sealed class When_a_PostgreSQL_store_opens_with_a_clock_that_is_wrong : When_a_store_opens_with_a_clock_that_is_wrong<SpecSchema>
{
    [Theory]
    [InlineData(3_653)]
    [InlineData(-3_653)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Should_take_the_time_of_the_server(int days)
    {
        var clock = new SteadyClock(() => TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(days), Uptime.Read);
        await using var store = await Store.Open(Database, time: clock);
        var server = DateTimeOffset.Parse(Database.Sql.Ask("SELECT clock_timestamp() AT TIME ZONE 'utc'")!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(clock.GetUtcNow() - server, TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
    }

    /// <summary>One of them has opened before somebody corrected the clock of the server, the other one after that.</summary>
    [Fact]
    public async Task Should_come_together_at_the_later_time_with_each_renewal()
    {
        var (behind, ahead) = (new SteadyClock(), new SteadyClock());
        await using var first = await Store.Open(Database, time: behind);
        await using var second = await Store.Open(Database, time: ahead);
        ahead.Set(ahead.GetUtcNow() + TimeSpan.FromMinutes(3));
        var before = behind.GetUtcNow();

        Owners(second).Renew();
        Owners(first).Renew();
        Assert.InRange(ahead.GetUtcNow() - behind.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.True(behind.GetUtcNow() >= before + TimeSpan.FromMinutes(3));

        var later = ahead.GetUtcNow();
        Owners(second).Renew();
        Assert.True(ahead.GetUtcNow() >= later, "It has gone back.");
    }

    [Fact]
    public async Task Should_leave_nothing_to_those_who_look_after_the_dead()
    {
        await (await Store.Open(Database, time: new SteadyClock())).DisposeAsync();
        Assert.Equal("1", Database.Sql.Ask("SELECT count(*) FROM groupcommit_owners WHERE silo = 'clock' AND adopted_by IS NOT NULL"));
        await using var store = await Store.Open(Database, time: new SteadyClock());
        Assert.DoesNotContain(Owners(store).FindOthers(), other => other.Silo == "clock");
        Assert.Equal("1", Database.Sql.Ask("SELECT count(*) FROM groupcommit_owners WHERE silo = 'clock'"));
    }

    private static PostgresOwners Owners(Store store) => ((PostgresDialect)store.Dialect.Inner).Owners;
}
