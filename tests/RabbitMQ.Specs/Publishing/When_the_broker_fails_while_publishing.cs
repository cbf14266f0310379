using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Topology;
using Testing.Servers;

namespace RabbitMq.Specs.Publishing;

/// <summary>On a broker of its own, which it kills, freezes and fills.</summary>
[Collection("A broker of its own")]
public sealed class When_the_broker_fails_while_publishing : IDisposable
{
    private const int Kills = 10;
    private readonly RabbitServer _server = RabbitServer.StartOwn();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Should_lose_nothing_that_was_confirmed_when_it_is_killed_10_times()
    {
        await using var sender = new Sender(_server.Url, options => options.ConfirmTimeout = TimeSpan.FromSeconds(2));
        // A broker that is killed right after a queue was declared forgets the queue; that is not what this is about.
        await sender.Publish("first").Soon();
        _server.WriteListOfQuorumQueues();
        using var enough = new CancellationTokenSource();
        var confirmed = new ConcurrentDictionary<string, int>();
        var next = 0;
        var callers = Enumerable.Range(0, 32).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                var n = Interlocked.Increment(ref next);
                try
                {
                    await sender.Publish($"id-{n}", n % 2, bytes: n);
                    confirmed[$"id-{n}"] = n;
                }
                catch (RabbitMqPublishException)
                {
                    // Nobody was told that it is stored.
                }
            }
        }).ToList();

        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                var (before, since) = (confirmed.Count, Stopwatch.GetTimestamp());
                // RabbitMQ itself (3.10.8, 4.0.5) loses quorum queues that are killed in the first second after they were made, or got a leader.
                await Eventually.Is(() => confirmed.Count > before + 200 && Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(3));
                _server.Kill();
                _server.Start();
            }

            var last = confirmed.Count;
            await Eventually.Is(() => confirmed.Count > last + 200);
        }
        finally
        {
            // However it ends: callers of a publisher that has stopped are refused at once, and would never let go.
            await enough.CancelAsync();
        }

        await Task.WhenAll(callers).Soon();

        await using var reader = await Reader.Open(_server.Url);
        var stored = (await reader.Drain("specs.sender.0")).Concat(await reader.Drain("specs.sender.1")).ToList();
        var ids = stored.Select(message => message.Properties.MessageId!).ToHashSet();
        Assert.DoesNotContain(confirmed.Keys, id => !ids.Contains(id));
        // The length of a body tells which message it is: copies have the id of the first.
        Assert.All(stored.Where(message => message.Properties.MessageId != "first"), message => Assert.Equal($"id-{message.Body.Length}", message.Properties.MessageId));
    }

    [Fact]
    public async Task Should_tell_callers_in_time_when_it_freezes_and_go_on_when_it_thaws()
    {
        await using var sender = new Sender(_server.Url, options =>
            (options.PublishTimeout, options.ConfirmTimeout, options.ConnectTimeout) = (TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)));
        await sender.Publish("before").Soon();
        _server.Pause();
        try
        {
            var frozen = await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("frozen").Soon());
            Assert.True(frozen.MayBeStored);
        }
        finally
        {
            _server.Continue();
        }

        await Eventually.Is(async () =>
        {
            try
            {
                await sender.Publish("after").Soon();
                return true;
            }
            catch (RabbitMqPublishException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Should_wait_for_the_end_of_a_memory_alarm_without_sending_twice()
    {
        // Time that this spec alone lets pass: a busy broker may take a second to say that it is blocked, or to confirm.
        var time = new FakeTimeProvider();
        await using var sender = new Sender(_server.Url, options => options.ConfirmTimeout = TimeSpan.FromSeconds(1), time);
        await sender.Publish("before").Soon();
        _server.RaiseMemoryAlarm();
        Task blocked;
        try
        {
            blocked = sender.Publish("blocked");
            await Eventually.Is(async () => await sender.Parts.FindFault(default) is { } fault && fault.Contains("memory", StringComparison.Ordinal));
            // Longer than the broker may leave a message unconfirmed when it does not say why.
            time.Advance(TimeSpan.FromSeconds(1.5));
            Assert.False(blocked.IsCompleted);
        }
        finally
        {
            _server.ClearMemoryAlarm();
        }

        await blocked.Soon();
        await using var reader = await Reader.Open(_server.Url);
        Assert.Equal(["before", "blocked"], await reader.DrainIds("specs.sender.0"));
    }

    [Fact]
    public async Task Should_name_the_alarm_when_the_time_is_over()
    {
        await using var sender = new Sender(_server.Url, options => options.PublishTimeout = TimeSpan.FromSeconds(6));
        await sender.Publish("before").Soon();
        _server.RaiseMemoryAlarm();
        try
        {
            var failed = await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("blocked").Soon());
            Assert.Contains("memory or disk", failed.Message, StringComparison.Ordinal);
        }
        finally
        {
            _server.ClearMemoryAlarm();
        }
    }

    [Fact]
    public async Task Should_still_remove_former_bindings_while_it_blocks()
    {
        await using var sender = new Sender(_server.Url, options =>
        {
            options.ExchangeType = RabbitMqExchangeType.Topic;
            options.FormerSubscriptions.Add(new RabbitMqSubscription("stock"));
        });
        await sender.Publish("before").Soon();
        _server.RaiseMemoryAlarm();
        Task blocked;
        try
        {
            blocked = sender.Publish("blocked");
            await Eventually.Is(async () => await sender.Parts.FindFault(default) is not null);
            await new BoundQueues(sender.Parts).RemoveFormer(default).Soon();
            Assert.False(blocked.IsCompleted);
        }
        finally
        {
            _server.ClearMemoryAlarm();
        }

        await blocked.Soon();
    }

    [Fact]
    public async Task Should_stop_in_time_while_it_blocks()
    {
        await using var sender = new Sender(_server.Url);
        await sender.Publish("before").Soon();
        _server.RaiseMemoryAlarm();
        try
        {
            // More than fits into the sockets between.
            var blocked = Enumerable.Range(0, 300).Select(i => sender.Publish($"{i}", bytes: 200_000)).ToList();
            await Eventually.Is(async () => await sender.Parts.FindFault(default) is not null);
            await sender.Parts.Publisher.Stop(TimeSpan.FromSeconds(1)).Soon();
            foreach (var call in blocked)
                await Assert.ThrowsAsync<RabbitMqPublishException>(() => call.Soon());
        }
        finally
        {
            _server.ClearMemoryAlarm();
        }
    }

    [Fact]
    public async Task Should_fail_only_the_message_that_is_larger_than_the_broker_takes()
    {
        _server.Evaluate("application:set_env(rabbit, max_message_size, 5000)");
        await using var sender = new Sender(_server.Url);
        var good = Enumerable.Range(0, 20).Select(i => sender.Publish($"{i}")).ToList();
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => sender.Publish("large", bytes: 5_001).Soon());
        await Task.WhenAll(good).Soon();
        await sender.Publish("after").Soon();
        Assert.Contains("larger than", refused.Message, StringComparison.Ordinal);
    }
}
