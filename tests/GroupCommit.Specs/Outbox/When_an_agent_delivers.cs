using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Streams;

namespace GroupCommit.Specs.Outbox;

/// <summary>The cache in the hands of a pulling agent: what it does with its cursors decides what happens to the rows.</summary>
public sealed class When_an_agent_delivers
{
    private static readonly StreamId Stream = StreamId.Create("ns", "a");

    [Fact]
    public async Task Should_remove_a_batch_when_its_subscriber_goes_on()
    {
        await using var agent = await Agent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        Assert.Equal(1, agent.Waiting);

        Assert.False(Move(subscriber));
        await agent.Settled(waiting: 0, quarantined: 0);
    }

    [Fact]
    public async Task Should_keep_a_batch_while_subscribers_are_being_looked_for()
    {
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        await agent.Stop(subscriber);
        Assert.Equal(1, agent.Waiting);
    }

    [Fact]
    public async Task Should_remove_a_batch_that_was_delivered_just_before_the_stop()
    {
        await using var agent = await Agent.WithRows(1);
        var subscriber = agent.Register(1).Single();
        Assert.True(Move(subscriber));
        await agent.Stop(subscriber);
        Assert.Equal(0, agent.Waiting);
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task Should_keep_at_the_stop_what_only_one_of_two_subscribers_has_taken(int taker)
    {
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(3);
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
        await using var agent = await Agent.WithRows(5);
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
        await using var agent = await Agent.WithRows(1);
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
        await using var agent = await Agent.WithRows(1);
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

    /// <summary>What the agent does, step by step.</summary>
    private sealed class Agent : IAsyncDisposable
    {
        private readonly MemoryDatabase _database = new();
        private readonly MemoryStore _store;
        private readonly OutboxRelay _relay;
        private readonly Serializer _serializer;
        private readonly QueueId _queue;
        private OutboxReceiver _receiver = null!;
        private OutboxCache _cache = null!;

        [SuppressMessage("Reliability", "CA2000", Justification = "The relay disposes what it is made of.")]
        private Agent()
        {
            _store = new MemoryStore(_database);
            var options = new OutboxStreamOptions { QueueCount = 1, RemovalDelay = TimeSpan.Zero };
            var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, "q");
            _queue = mapper.GetAllQueues().Single();
            _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();
            _relay = new OutboxRelay(
                "p",
                options,
                new OutboxBuffer("p", options, mapper),
                new OutboxSettler(_store, TimeSpan.Zero, TimeProvider.System, NullLogger<OutboxSettler>.Instance),
                new OutboxMetrics("p", TimeProvider.System, null),
                _store,
                _serializer,
                TimeProvider.System,
                NullLogger<OutboxRelay>.Instance);
            new OutboxHub(_store).Add(_relay);
        }

        public MemoryStore Database => _store;

        public int Waiting => _database.Waiting;

        public IReadOnlyDictionary<long, string> Quarantined => _database.Quarantined;

        public static async Task<Agent> WithRows(int count)
        {
            var agent = new Agent();
            await agent.Publish(count);
            await agent.Start();
            return agent;
        }

        public Task<bool> Publish(int count) => _store.Commit(new OutboxAppend([.. Enumerable.Range(0, count).Select(number =>
            new OutboxRow(0, "p", "ns", "a", _serializer.SerializeToArray<object>(new Happened(number)), default))]));

        public async Task Start()
        {
            _cache = new OutboxCache(_relay);
            _receiver = new OutboxReceiver(_relay, _queue);
            await _receiver.Initialize(Eventually.Limit);
            await Pull();
        }

        public async Task<IList<IBatchContainer>> Pull()
        {
            IList<IBatchContainer> batches = [];
            await Eventually.Is(async () => (batches = await _receiver.GetQueueMessagesAsync(10, CancellationToken.None)).Count > 0, "there is a batch");
            _cache.AddToCache(batches);
            return batches;
        }

        public async Task<IList<IBatchContainer>> TryPull()
        {
            var batches = await Read();
            _cache.AddToCache(batches);
            return batches;
        }

        public Task<IList<IBatchContainer>> Read() => _receiver.GetQueueMessagesAsync(10, CancellationToken.None);

        public IQueueCacheCursor Attach() => _cache.TryGetCacheCursor(Stream, null).Cursor!;

        /// <summary>A placeholder, then the subscribers, then the placeholder goes and reading goes on.</summary>
        public IQueueCacheCursor[] Register(int subscribers)
        {
            var placeholder = Attach();
            IQueueCacheCursor[] cursors = [.. Enumerable.Range(0, subscribers).Select(_ => Attach())];
            placeholder.Dispose();
            Purge();
            return cursors;
        }

        public void Purge() => Assert.False(_cache.TryPurgeFromCache(out _));

        /// <summary>Deliveries have ended; the cursors go; the receiver is closed.</summary>
        public async Task Stop(params IQueueCacheCursor[] subscribers)
        {
            foreach (var subscriber in subscribers)
                subscriber.Dispose();

            await _receiver.Shutdown(Eventually.Limit);
        }

        public async Task Settled(int waiting, int quarantined)
        {
            await Eventually.Is(() => _database.Waiting == waiting, $"{waiting} rows wait");
            Assert.Equal(quarantined, _database.Quarantined.Count);
        }

        public async ValueTask DisposeAsync()
        {
            await _receiver.Shutdown(Eventually.Limit);
            _relay.Dispose();
            await _store.DisposeAsync();
        }
    }
}
