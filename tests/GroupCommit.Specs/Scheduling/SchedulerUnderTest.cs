using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Scheduling;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Scheduling;

/// <summary>A scheduler whose time is the spec's, on either database.</summary>
internal sealed class SchedulerUnderTest : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _spec = Guid.NewGuid().ToString("N");
    private readonly TaskCompletionSource _endOfSpec = new();
    private readonly CountingDialect _dialect;
    private readonly Func<ValueTask> _close;
    private readonly ScheduleMetrics _metrics = new();
    private readonly ILoggerFactory _logging;
    private readonly Scheduler _scheduler;
    private int _writes;

    private SchedulerUnderTest(RingersSilo silo, ICommitter committer, IDialect dialect, Func<ValueTask> close, GroupCommitOptions options)
    {
        _dialect = new CountingDialect(dialect);
        _close = close;
        Committer = committer;
        silo.Specs[_spec] = Rings;
        _logging = LoggerFactory.Create(logging => logging.AddProvider(Log));
        _scheduler = new Scheduler(
            _dialect, committer, silo.Grains, Options.Create(options), Clock, _metrics, _logging.CreateLogger<Scheduler>());
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    public Rings Rings { get; } = new();

    public LogLines Log { get; } = new();

    public ICommitter Committer { get; }

    /// <summary>How many due rows were read, in how many reads.</summary>
    public CountingDialect Reads => _dialect;

    /// <summary>For a call that hangs: ends with the spec.</summary>
    public async Task<ScheduledOutcome> Hang()
    {
        await _endOfSpec.Task;
        return ScheduledOutcome.Done;
    }

    /// <summary>On a database of its own.</summary>
    public static async Task<SchedulerUnderTest> On(RingersSilo silo, DatabaseKind kind, Action<GroupCommitOptions>? configure = null)
    {
        var owned = DatabaseUnderTest.Of(kind);
        if (owned is SpecDatabase database)
            return await On(silo, database, configure, owned.Dispose);

        var memory = new MemoryStore((MemoryDatabase)owned);
        return new SchedulerUnderTest(silo, memory, memory, memory.DisposeAsync, OptionsFrom(configure));
    }

    /// <summary>On one that others share.</summary>
    public static async Task<SchedulerUnderTest> On(
        RingersSilo silo, SpecDatabase database, Action<GroupCommitOptions>? configure = null, Action? atTheEnd = null)
    {
        var store = await Store.Open(database);
        return new SchedulerUnderTest(silo, store.Committer, store.Dialect, Close, OptionsFrom(configure));

        async ValueTask Close()
        {
            await store.DisposeAsync();
            atTheEnd?.Invoke();
        }
    }

    public Task Run() => _scheduler.Start();

    public Task Stop() => _scheduler.Stop(CancellationToken.None);

    public Task Arm(string target, TimeSpan after, string name = "ring") => Arm([(target, after)], name);

    public Task Arm(IEnumerable<(string Target, TimeSpan After)> armings, string name = "ring") =>
        Task.WhenAll(armings.Chunk(1_000).Select(some => Committer.Commit(new GrainWrite(
            new RowId("spec", $"{_writes++}"),
            0,
            new byte[1],
            [],
            [],
            [.. some.Select(arming => new ScheduleWrite(IdOf(arming.Target), name, Committer.NextId(), Clock.GetUtcNow() + arming.After))]))));

    public async Task<ScheduleRow?> Armed(string target, string name = "ring") =>
        (await _dialect.Inner.Armed())
            .SingleOrDefault(row => row.Target == IdOf(target) && row.Name == name);

    public async Task<int> CountArmed() => (await _dialect.Inner.Armed()).Count;

    public Task Settled(string target) => Eventually.Is(async () => await Armed(target) is null, $"the message of {target} is gone");

    /// <summary>Moves the clock on and lets the scheduler look once.</summary>
    public async Task Pass(TimeSpan time)
    {
        var reads = _dialect.Reads;
        Clock.Advance(time);
        await Eventually.Is(() => _dialect.Reads > reads, "the scheduler has looked");
    }

    public async ValueTask DisposeAsync()
    {
        _endOfSpec.TrySetResult();
        await Stop();
        _scheduler.Dispose();
        _metrics.Dispose();
        _logging.Dispose();
        await _close();
    }

    private string IdOf(string target) => target.Contains('/', StringComparison.Ordinal) ? target : $"ringer/{_spec}/{target}";

    private static GroupCommitOptions OptionsFrom(Action<GroupCommitOptions>? configure)
    {
        var options = new GroupCommitOptions();
        configure?.Invoke(options);
        return options;
    }
}
