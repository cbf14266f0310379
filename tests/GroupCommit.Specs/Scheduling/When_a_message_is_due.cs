using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Scheduling;

[Collection<RingersCollection>]
public sealed class When_a_message_is_due(RingersSilo silo)
{
    private static readonly TimeSpan Poll = new GroupCommitOptions().SchedulePollInterval;

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_call_its_grain_then_and_not_before(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind);
        await scheduler.Arm("a", TimeSpan.FromSeconds(10));
        await scheduler.Run();
        await scheduler.Pass(TimeSpan.FromSeconds(9.9));
        Assert.Empty(scheduler.Rings.Heard);

        await scheduler.Pass(Poll);
        await scheduler.Settled("a");
        var message = Assert.Single(scheduler.Rings.HeardBy("a"));
        Assert.Equal(("ring", SchedulerUnderTest.Start.AddSeconds(10), 1), (message.Name, message.DueAt, message.Attempt));

        await scheduler.Pass(Poll);
        Assert.Single(scheduler.Rings.Heard);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_come_again_when_the_grain_finds_it_too_early(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind);
        var later = SchedulerUnderTest.Start.AddSeconds(30);
        scheduler.Rings.Answer = (_, _) => Task.FromResult(scheduler.Clock.GetUtcNow() < later ? ScheduledOutcome.Again(later) : ScheduledOutcome.Done);
        await scheduler.Arm("a", TimeSpan.Zero);
        var first = await scheduler.Armed("a");
        await scheduler.Run();
        await Eventually.Is(async () => (await scheduler.Armed("a"))?.DueAt == later, "it was moved");
        Assert.NotEqual(first!.Token, (await scheduler.Armed("a"))!.Token);

        await scheduler.Pass(TimeSpan.FromSeconds(29));
        Assert.Single(scheduler.Rings.Heard);
        await scheduler.Pass(TimeSpan.FromSeconds(1));
        await scheduler.Settled("a");
        Assert.Equal([1, 1], scheduler.Rings.HeardBy("a").Select(message => message.Attempt));
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_keep_an_arming_that_was_made_while_the_old_one_was_handled(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind);
        var handled = new TaskCompletionSource<ScheduledOutcome>();
        scheduler.Rings.Answer = (_, message) => message.DueAt == SchedulerUnderTest.Start ? handled.Task : Task.FromResult(ScheduledOutcome.Done);
        await scheduler.Arm("a", TimeSpan.Zero);
        await scheduler.Run();
        await Eventually.Is(() => scheduler.Rings.Heard.Count == 1, "the old one is being handled");

        await scheduler.Arm("a", TimeSpan.FromSeconds(5));
        handled.SetResult(ScheduledOutcome.Done);
        await scheduler.Arm("b", TimeSpan.FromSeconds(1));
        await scheduler.Pass(TimeSpan.FromSeconds(1));
        await scheduler.Settled("b");
        Assert.Equal(SchedulerUnderTest.Start.AddSeconds(5), (await scheduler.Armed("a"))?.DueAt);

        await scheduler.Pass(TimeSpan.FromSeconds(4));
        await scheduler.Settled("a");
        Assert.Equal(2, scheduler.Rings.HeardBy("a").Count);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_call_all_that_are_due_without_waiting_for_the_next_look(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind, options => options.ScheduleConcurrency = 16);
        await scheduler.Arm(Enumerable.Range(0, 1_000).Select(n => ($"t{n}", TimeSpan.Zero)));
        await scheduler.Run();
        await Eventually.Is(async () => await scheduler.CountArmed() == 0, "all are settled, and the clock has not moved");
        Assert.Equal(1_000, scheduler.Rings.Heard.Select(ring => ring.Target).Distinct().Count());
        Assert.Equal(1_000, scheduler.Rings.Heard.Count);
    }

    [Theory, InlineData(DatabaseKind.Memory), InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Should_read_no_more_than_what_is_due(DatabaseKind kind)
    {
        await using var scheduler = await SchedulerUnderTest.On(silo, kind);
        await scheduler.Arm(Enumerable.Range(0, 100_000).Select(n => ($"t{n}", TimeSpan.FromHours(1 + n))));
        await scheduler.Arm("now", TimeSpan.FromSeconds(1));
        await scheduler.Run();
        for (var look = 0; look < 20; look++)
            await scheduler.Pass(Poll);

        await Eventually.Is(() => scheduler.Rings.Heard.Count == 1, "the one that is due is called");
        Assert.InRange(scheduler.Reads.Rows, 1, 20); // The one row, and once more for each look before its settlement is stored.
        Assert.InRange(scheduler.Reads.Reads, 20, 23);
    }
}
