using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Hosting.Audit;
using Shop.Hosting.Settings;
using Shop.WebApi.Specs.Events;
using Shop.WebApi.Specs.Hosting;

namespace Shop.WebApi.Specs.Audit;

/// <summary>A silo that has no keys yet signs nothing: what it has said is as good as what is logged, and no better.</summary>
public sealed class When_a_witness_hears_a_claim : IAsyncDisposable
{
    private static readonly ShopEvent Logged = Samples.All[0];

    private readonly FakeTimeProvider clock = new();
    private readonly Books books = new();
    private readonly Broker broker = new();
    private readonly Errors errors = new();
    private readonly LifecycleOfOne lifecycle = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Witness witness;

    public When_a_witness_hears_a_claim()
    {
        var settings = ShopSettings.Read(new ConfigurationBuilder().Build());
        witness = new Witness(books, broker, settings, clock, services.GetRequiredService<IMeterFactory>(), errors);
        witness.Participate(lifecycle);
    }

    [Fact]
    public async Task Should_believe_what_is_logged()
    {
        broker.Says = Logged with { Proven = false };

        Assert.Empty(await FirstComparison());
        Assert.Equal(1, books.Searches);
    }

    [Fact]
    public async Task Should_not_believe_what_is_logged_otherwise()
    {
        broker.Says = Logged with { Proven = false, OccurredAt = Logged.OccurredAt.AddSeconds(1) };

        Assert.Contains($"{Logged.Entity}/{Logged.Sequence}", Assert.Single(await FirstComparison()), StringComparison.Ordinal);
        Assert.Equal(1, books.Searches);
    }

    [Fact]
    public async Task Should_not_look_into_the_books_for_what_is_proven()
    {
        broker.Says = Logged with { Proven = true };

        Assert.Empty(await FirstComparison());
        Assert.Equal(0, books.Searches);
    }

    public async ValueTask DisposeAsync()
    {
        await lifecycle.Stop();
        witness.Dispose();
        await services.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> FirstComparison()
    {
        await lifecycle.Start();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (books.Readings < 2)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await ticks.WaitForNextTickAsync(limit.Token);
        }

        return errors.All;
    }

    /// <summary>One event is in them, and was given to the broker.</summary>
    private sealed class Books : IDurableLogReader
    {
        private static readonly DurableLogPlace Place =
            new() { Log = "audit", Entity = Logged.Entity, Sequence = Logged.Sequence, Provider = ShopStreams.Provider };

        private int readings;

        public int Readings => Volatile.Read(ref readings);

        public int Searches { get; private set; }

        public Task<DurableLogPosition> ReadEnd(CancellationToken cancellationToken) => Task.FromResult(DurableLogPosition.Start);

        public Task<DurableLogPage> ReadPlaces(DurableLogPosition after, int limit, CancellationToken cancellationToken) =>
            Task.FromResult(new DurableLogPage(Interlocked.Increment(ref readings) == 1 ? [Place] : [], after, HasMore: false));

        public Task<IReadOnlyList<DurableLogPlace>> FindDelivered(IReadOnlyCollection<DurableLogPlace> places, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<DurableLogPlace>>([.. places]);

        public Task<IReadOnlyList<DurableLogEntry<T>>> ReadHistory<T>(
            string log, string entity, long fromSequence, int limit, CancellationToken cancellationToken) where T : class
        {
            Searches++;
            return Task.FromResult<IReadOnlyList<DurableLogEntry<T>>>([new(entity, fromSequence, (T)(object)Logged)]);
        }

        public Task<bool> WaitForEntity(string log, string entity, long afterSequence, TimeSpan limit, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A witness does not wait for an entity.");

        public Task<bool> WaitForMore(DurableLogPosition after, TimeSpan limit, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A witness does not wait for more.");
    }

    /// <summary>Says one thing, again and again.</summary>
    private sealed class Broker : IRabbitMqListeners
    {
        public ShopEvent Says { get; set; } = null!;

        public Task<IRabbitMqListener> Listen(string name, Action<WireEvents> hear, CancellationToken cancellationToken) =>
            Task.FromResult<IRabbitMqListener>(new Listener(() => hear(new WireEvents([Says]))));

        private sealed class Listener(Action hear) : IRabbitMqListener
        {
            public Task CatchUp(CancellationToken cancellationToken)
            {
                hear();
                return Task.CompletedTask;
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class Errors : ILogger<Witness>
    {
        private readonly List<string> all = [];

        public IReadOnlyList<string> All => [.. all];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                all.Add(formatter(state, exception));
        }
    }
}
