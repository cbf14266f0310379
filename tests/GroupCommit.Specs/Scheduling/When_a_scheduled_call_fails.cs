using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Scheduling;

[Collection<RingersCollection>]
public sealed class When_a_scheduled_call_fails(RingersSilo silo)
{
    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_come_again_after_growing_pauses_while_others_go_on(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind, options =>
        {
            options.ScheduleRetryDelay = TimeSpan.FromSeconds(1);
            options.ScheduleRetryLimit = TimeSpan.FromSeconds(5);
        });
        scheduler.Rings.Answer = (target, _) => target == "bad" ? throw new InvalidOperationException("Never.") : Task.FromResult(ScheduledOutcome.Done);
        await scheduler.Arm("bad", TimeSpan.Zero);
        await scheduler.Run();
        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await Eventually.Is(async () => (await scheduler.Armed("bad"))!.Attempts == attempt, $"failure {attempt} is stored");
            var pause = (await scheduler.Armed("bad"))!.DueAt - scheduler.Clock.GetUtcNow();
            pauses.Add(pause.TotalSeconds);
            await scheduler.Arm($"good-{attempt}", TimeSpan.Zero);
            await scheduler.Pass(pause);
            await scheduler.Settled($"good-{attempt}");
        }

        Assert.Equal([1, 2, 4, 5, 5], pauses);
        await Eventually.Is(() => scheduler.Rings.HeardBy("bad").Count == 6, "it was called again after the last pause");
        Assert.Equal([1, 2, 3, 4, 5, 6], scheduler.Rings.HeardBy("bad").Select(message => message.Attempt));
        Assert.Contains(scheduler.Log.At(LogLevel.Warning), line => line.Contains("failed at attempt 3", StringComparison.Ordinal));
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_not_let_hanging_calls_hold_up_the_others(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind, options =>
        {
            options.ScheduleConcurrency = 4;
            options.ScheduleCallTimeout = TimeSpan.FromMinutes(10);
        });
        scheduler.Rings.Answer = (target, _) => target.StartsWith("hung", StringComparison.Ordinal) ? scheduler.Hang() : Task.FromResult(ScheduledOutcome.Done);
        await scheduler.Arm(Enumerable.Range(0, 3).Select(n => ($"hung-{n}", TimeSpan.Zero)));
        await scheduler.Arm(Enumerable.Range(0, 50).Select(n => ($"good-{n}", TimeSpan.FromSeconds(1))));
        await scheduler.Run();
        await scheduler.Pass(TimeSpan.FromSeconds(1));
        await Eventually.Is(async () => await scheduler.CountArmed() == 3, "all but the hanging ones are settled");

        for (var look = 0; look < 10; look++)
            await scheduler.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(3, scheduler.Rings.Heard.Count(ring => ring.Target.StartsWith("hung", StringComparison.Ordinal)));
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_free_the_place_of_a_hanging_call_when_its_time_is_over(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind, options =>
        {
            options.ScheduleConcurrency = 1;
            options.ScheduleCallTimeout = TimeSpan.FromSeconds(30);
            options.ScheduleRetryDelay = TimeSpan.FromMinutes(1);
        });
        scheduler.Rings.Answer = (target, _) => target == "hung" ? scheduler.Hang() : Task.FromResult(ScheduledOutcome.Done);
        await scheduler.Arm("hung", TimeSpan.Zero);
        await scheduler.Arm("good", TimeSpan.FromSeconds(1));
        await scheduler.Run();
        await Eventually.Is(() => scheduler.Rings.HeardBy("hung").Count == 1, "the call hangs");
        scheduler.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.NotNull(await scheduler.Armed("good"));

        scheduler.Clock.Advance(TimeSpan.FromSeconds(1));
        await scheduler.Settled("good");
        var hung = await scheduler.Armed("hung");
        Assert.Equal((1, SchedulerUnderTest.Start.AddSeconds(90)), (hung!.Attempts, hung.DueAt));
    }

    [Fact]
    public async Task Should_back_off_from_a_target_that_does_not_exist()
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, DatabaseKind.Memory);
        await scheduler.Arm("no-such-grain/1", TimeSpan.Zero);
        await scheduler.Run();
        await Eventually.Is(async () => (await scheduler.Armed("no-such-grain/1"))!.Attempts == 1, "the failure is stored");
    }

    [Fact]
    public async Task Should_store_its_settlement_when_that_is_possible_again()
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, DatabaseKind.Memory);
        var store = (MemoryStore)scheduler.Committer;
        await scheduler.Arm("a", TimeSpan.Zero);
        store.Refuse = request => request is ScheduleSettle;
        await scheduler.Run();
        await Logs(scheduler, "tried again");

        store.Refuse = _ => false;
        await Eventually.Is(
            async () =>
            {
                await scheduler.Pass(new GroupCommitOptions().SchedulePollInterval);
                return await scheduler.Armed("a") is null;
            },
            "it is settled");
        // On a database where a call's claim outlives it, nobody would call again for a long time.
        Assert.Single(scheduler.Rings.HeardBy("a"));
    }

    [Fact]
    public async Task Should_come_again_when_its_settlement_cannot_be_stored_for_long()
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, DatabaseKind.Memory);
        var store = (MemoryStore)scheduler.Committer;
        await scheduler.Arm("a", TimeSpan.Zero);
        store.Refuse = request => request is ScheduleSettle;
        await scheduler.Run();
        await Eventually.Is(
            async () =>
            {
                await scheduler.Pass(TimeSpan.FromSeconds(1));
                return scheduler.Rings.HeardBy("a").Count >= 2;
            },
            "it is called again");
        await Logs(scheduler, "it comes again");

        store.Refuse = _ => false;
        await Eventually.Is(
            async () =>
            {
                await scheduler.Pass(TimeSpan.FromSeconds(1));
                return await scheduler.Armed("a") is null;
            },
            "it is settled");
    }

    [Fact]
    public async Task Should_go_on_when_the_database_answers_again()
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, DatabaseKind.Memory);
        scheduler.Reads.IsDown = true;
        await scheduler.Arm("a", TimeSpan.Zero);
        await scheduler.Run();
        await Eventually.Is(() => scheduler.Reads.Reads == 1, "it has looked");
        await scheduler.Pass(TimeSpan.FromSeconds(1));
        Assert.Single(scheduler.Log.At(LogLevel.Error)); // Once, not four times a second.

        scheduler.Reads.IsDown = false;
        await scheduler.Pass(TimeSpan.FromSeconds(1));
        await scheduler.Settled("a");
    }

    [Fact]
    public async Task Should_go_on_after_a_fault_that_nobody_has_thought_of()
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, DatabaseKind.Memory);
        scheduler.Reads.BringsNonsense = true;
        await scheduler.Arm("a", TimeSpan.Zero);
        await scheduler.Run();
        await Eventually.Is(() => scheduler.Reads.Reads == 1, "it has looked");

        scheduler.Reads.BringsNonsense = false;
        await scheduler.Pass(TimeSpan.FromSeconds(1));
        await scheduler.Settled("a");
        Assert.Single(scheduler.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task Should_wait_at_the_stop_for_calls_that_are_under_way_and_make_no_new_ones()
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, DatabaseKind.Memory, options => options.ScheduleConcurrency = 1);
        var handled = new TaskCompletionSource<ScheduledOutcome>();
        scheduler.Rings.Answer = (_, _) => handled.Task;
        await scheduler.Arm("a", TimeSpan.Zero);
        await scheduler.Run();
        await Eventually.Is(() => scheduler.Rings.Heard.Count == 1, "the call is under way");
        await scheduler.Arm("b", TimeSpan.Zero);

        var stopping = scheduler.Stop();
        Assert.False(stopping.IsCompleted);
        handled.SetResult(ScheduledOutcome.Done);
        await stopping;
        Assert.Null(await scheduler.Armed("a"));
        Assert.NotNull(await scheduler.Armed("b"));
        Assert.Single(scheduler.Rings.Heard);
    }

    private static Task Logs(SchedulerUnderTest scheduler, string words) => Eventually.Is(
        () => scheduler.Log.At(LogLevel.Warning).Any(line => line.Contains(words, StringComparison.Ordinal)), $"'{words}' is logged");
}
