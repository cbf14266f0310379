using GroupCommit.Specs.Scheduling;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Postgres;

[Collection<RingersCollection>]
public sealed class When_many_messages_wait(RingersSilo silo)
{
    [Fact]
    public async Task Should_touch_none_that_is_not_due()
    {
        using var database = new SpecSchema();
        await using var scheduler = await SchedulerUnderTest.On(silo, database);
        await scheduler.Arm(Enumerable.Range(0, 100_000).Select(n => ($"t{n}", TimeSpan.FromHours(1 + n))));
        long scans = 0, read = 0;
        void Count()
        {
            var row = database.Sql.Query("""
                SELECT seq_scan + idx_scan, seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes AS i WHERE i.relid = t.relid)
                FROM pg_stat_user_tables AS t WHERE schemaname = current_schema() AND relname = 'groupcommit_schedules'
                """).Single();
            (scans, read) = (long.Parse(row[0]), long.Parse(row[1]));
        }

        await scheduler.Run();
        await scheduler.Pass(new GroupCommitOptions().SchedulePollInterval);
        // Sessions report what they did about once a second.
        await Eventually.Is(() =>
        {
            Count();
            return scans > 0;
        });
        var (scansBefore, readBefore) = (scans, read);
        await Eventually.Is(async () =>
        {
            await scheduler.Pass(new GroupCommitOptions().SchedulePollInterval);
            Count();
            return scans >= scansBefore + 20;
        });

        Assert.Equal(readBefore, read);
        Assert.Empty(scheduler.Rings.Heard);
    }

    [Fact]
    public async Task Should_call_each_once_though_two_silos_look_for_them()
    {
        using var database = new SpecSchema();
        await using var one = await SchedulerUnderTest.On(silo, database);
        await using var two = await SchedulerUnderTest.On(silo, database);
        await one.Arm(Enumerable.Range(0, 1_000).Select(n => ($"t{n}", TimeSpan.Zero)));
        await Task.WhenAll(one.Run(), two.Run());

        await Eventually.Is(async () =>
        {
            await Task.WhenAll(one.Pass(new GroupCommitOptions().SchedulePollInterval), two.Pass(new GroupCommitOptions().SchedulePollInterval));
            return await one.CountArmed() == 0;
        }, "all are settled");
        Assert.Equal(1_000, one.Rings.Heard.Select(ring => ring.Target).Distinct().Count());
        Assert.Equal(1_000, one.Rings.Heard.Count);
    }
}
