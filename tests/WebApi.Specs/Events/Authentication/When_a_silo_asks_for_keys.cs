using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams.RabbitMQ;
using Shop.Hosting.Streams;
using Shop.StreamKeys;
using Shop.WebApi.Specs.Hosting;

namespace Shop.WebApi.Specs.Events.Authentication;

/// <summary>A silo's copy of the keys: it comes by itself, and stays when the database, or the silo that has the grain, is away.</summary>
public sealed class When_a_silo_asks_for_keys : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly Grains grains = (Grains)DispatchProxy.Create<IGrainFactory, Grains>();
    private readonly Warnings warnings = new();
    private readonly LifecycleOfOne lifecycle = new();
    private readonly MessageKeys keys;

    public When_a_silo_asks_for_keys()
    {
        keys = new MessageKeys((IGrainFactory)(object)grains, clock, warnings);
        keys.Participate(lifecycle);
    }

    [Fact]
    public async Task Should_begin_without_any_and_go_on_asking_until_there_are()
    {
        grains.Ring = null;
        await lifecycle.Start();
        await WhenAsked(3);
        Assert.Null(((IRabbitMqMessageKeys)keys).Current.Signing);

        grains.Ring = RingOf("one");
        await WhenSigning("one");

        // Once an outage, not once a try.
        Assert.Equal(1, warnings.Count);
    }

    [Fact]
    public async Task Should_follow_a_change_and_keep_what_it_has_while_nobody_answers()
    {
        grains.Ring = RingOf("one");
        await lifecycle.Start();
        await WhenSigning("one");

        grains.Ring = null;
        await WhenAsked(grains.Asked + 2);
        Assert.Equal("one", keys.Current.Signing!.Id);

        grains.Ring = RingOf("two", "one");
        await WhenSigning("two");
    }

    public async ValueTask DisposeAsync()
    {
        await lifecycle.Stop();
        keys.Dispose();
    }

    private static StreamKeyRing RingOf(params string[] ids) =>
        new(ids[0], [.. ids.Select(id => new StreamKey(id, DateTimeOffset.UnixEpoch, StreamKeySecret.New()))]);

    private Task WhenSigning(string id) => Passing(() => keys.Current.Signing?.Id == id);

    private Task WhenAsked(int times) => Passing(() => grains.Asked >= times);

    private async Task Passing(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await ticks.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Has one grain. Public and open, because the proxy is derived from it at run time.</summary>
    public class Grains : DispatchProxy
    {
        private int asked;

        /// <summary>Null: nobody answers.</summary>
        public StreamKeyRing? Ring { get; set; }

        public int Asked => Volatile.Read(ref asked);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var source = (Source)(object)Create<IStreamKeySource, Source>();
            source.Answer = () =>
            {
                Interlocked.Increment(ref asked);
                return Ring is { } ring ? Task.FromResult(ring) : Task.FromException<StreamKeyRing>(new TimeoutException("Nobody answers in this spec."));
            };
            return source;
        }
    }

    public class Source : DispatchProxy
    {
        public Func<Task<StreamKeyRing>> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer();
    }

    private sealed class Warnings : ILogger<MessageKeys>
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Interlocked.Increment(ref count);
        }
    }
}
