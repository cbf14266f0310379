using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Streams;

namespace GroupCommit.Specs.Outbox;

/// <summary>The cache in the hands of a pulling agent: what it does with its cursors decides what happens to the rows.</summary>
public sealed class When_an_agent_delivers
{
    private static readonly StreamId Stream = SpecAgent.Stream;

    [Fact]
    public async Task Should_remove_a_batch_when_its_subscriber_goes_on()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        Assert.Equal(1, agent.Waiting);

        Assert.False(Move(subscriber));
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_keep_a_batch_while_subscribers_are_being_looked_for()
    {
        await using var agent = await SpecAgent.WithRows(1);
        using var placeholder = agent.Attach();
        var first = agent.Attach();
        Assert.True(Move(first));
        Assert.False(Move(first));
        agent.Purge();

        var second = agent.Attach();
        placeholder.Dispose();
        agent.Purge();
        Assert.True(Move(second));
        Assert.Equal(1, agent.Waiting);
        Assert.False(Move(second));
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_put_aside_only_when_the_agent_goes_on_after_a_failure()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        subscriber.RecordDeliveryFailure();
        agent.Purge();
        Assert.Empty(agent.Quarantined);

        Assert.False(Move(subscriber));
        await agent.Settled(waiting: 0, quarantined: 1);
    }

    [Fact]
    public async Task Should_put_nothing_aside_while_the_database_fails()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        agent.Database.Refuse = _ => true;
        await Assert.ThrowsAnyAsync<Exception>(() => agent.Publish(1));
        for (var time = 0; time < 3; time++)
        {
            Assert.True(Move(subscriber));
            subscriber.RecordDeliveryFailure();
            Assert.False(Move(subscriber));
            Assert.Single(await agent.Pull());
        }

        agent.Database.Refuse = _ => false;
        Assert.True(Move(subscriber));
        Assert.False(Move(subscriber));
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_put_aside_again_when_the_database_has_recovered()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        agent.Database.Refuse = _ => true;
        await Assert.ThrowsAnyAsync<Exception>(() => agent.Publish(1));
        agent.Database.Refuse = _ => false; // And nobody writes any more: it has to find out by itself.
        await Eventually.Is(
            async () =>
            {
                Assert.True(Move(subscriber));
                subscriber.RecordDeliveryFailure();
                Assert.False(Move(subscriber));
                return (await agent.TryPull()).Count == 0;
            },
            "it does not come again");
        await agent.Settled(waiting: 0, quarantined: 1);
    }

    [Fact]
    public async Task Should_keep_a_batch_that_failed_because_the_silo_stops()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        subscriber.RecordDeliveryFailure();
        await agent.Stop(subscriber);

        Assert.Equal(1, agent.Waiting);
        Assert.Empty(agent.Quarantined);
    }

    [Fact]
    public async Task Should_keep_a_batch_that_was_never_begun()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        await agent.Stop(subscriber);
        Assert.Equal(1, agent.Waiting);
    }

    [Fact]
    public async Task Should_remove_a_batch_that_was_delivered_just_before_the_stop()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        await agent.Stop(subscriber);
        Assert.Equal(0, agent.Waiting);
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task Should_keep_at_the_stop_what_only_one_of_two_subscribers_has_taken(int taker)
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscribers = agent.Register(2);
        Assert.True(Move(subscribers[taker]));
        Assert.False(Move(subscribers[taker]));
        Assert.True(Move(subscribers[1 - taker]));
        subscribers[1 - taker].RecordDeliveryFailure();
        await agent.Stop(subscribers);
        Assert.Equal(1, agent.Waiting);
        Assert.Empty(agent.Quarantined);
    }

    [Fact]
    public async Task Should_deliver_to_the_others_when_a_subscriber_leaves()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscribers = agent.Register(2);
        Assert.True(Move(subscribers[0]));
        Assert.False(Move(subscribers[0]));
        subscribers[1].Dispose();
        Assert.Equal(1, agent.Waiting);

        agent.Purge(); // Only an agent that goes on reads again.
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_ask_twice_before_it_removes_what_nobody_hears()
    {
        await using var agent = await SpecAgent.WithRows(1);
        agent.Attach().Dispose();
        agent.Purge();
        Assert.Equal(1, agent.Waiting);

        // Once more: had the registration failed, the agent would register now and find a subscriber.
        Assert.Single(await agent.Pull());
        agent.Purge();
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_repeat_one_by_one_what_failed_together()
    {
        await using var agent = await SpecAgent.WithRows(3);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        subscriber.RecordDeliveryFailure();
        Assert.False(Move(subscriber));

        for (var row = 0; row < 3; row++)
        {
            var batch = Assert.IsType<OutboxBatch>(Assert.Single(await agent.Pull()));
            Assert.Single(batch.Events);
            Assert.True(Move(subscriber));
            if (row == 1)
                subscriber.RecordDeliveryFailure();

            Assert.False(Move(subscriber));
        }

        await agent.Settled(waiting: 0, quarantined: 1);
    }

    [Fact]
    public async Task Should_give_to_the_next_agent_what_the_last_one_left()
    {
        await using var agent = await SpecAgent.WithRows(5);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        subscriber.RecordDeliveryFailure();
        await agent.Stop(subscriber);

        await agent.Start();
        subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        Assert.Equal(5, ((OutboxBatch)subscriber.GetCurrent(out _)!).Events.Count);
        Assert.False(Move(subscriber));
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_number_batches_upwards()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        long last = 0;
        for (var batch = 0; batch < 5; batch++)
        {
            Assert.True(Move(subscriber));
            var token = subscriber.GetCurrent(out _)!.SequenceToken.SequenceNumber;
            Assert.True(token > last);
            last = token;
            Assert.False(Move(subscriber));
            await agent.Publish(1);
            Assert.Single(await agent.Pull());
        }
    }

    [Fact]
    public async Task Should_wait_for_the_next_rows_although_a_signal_is_left_from_the_last_ones()
    {
        await using var agent = await SpecAgent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        Assert.False(Move(subscriber));
        await agent.Publish(1);
        Assert.Single(await agent.Pull()); // They are there already: the signal is not used up.

        var reading = agent.Read();
        Assert.False(reading.IsCompleted);
        await reading;
    }

    private static bool Move(IQueueCacheCursor cursor) => cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success;
}
