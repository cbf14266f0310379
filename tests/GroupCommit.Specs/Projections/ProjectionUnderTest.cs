using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Projections;

namespace GroupCommit.Specs.Projections;

/// <summary>A process with a tally, under a clock that moves while somebody waits.</summary>
internal sealed class ProjectionUnderTest : IAsyncDisposable
{
    public const string Name = "tally";

    private readonly FakeTimeProvider _time;
    private readonly ILoggerFactory _logging;
    private readonly ProjectionRunner<string> _runner;
    private bool _runs;

    private ProjectionUnderTest(Store store, FakeTimeProvider time, Tally tally, DurableProjectionOptions options, string log)
    {
        (Store, _time, Tally) = (store, time, tally);
        _logging = LoggerFactory.Create(logging => logging.AddProvider(store.Log));
        _runner = new ProjectionRunner<string>(
            new ProjectionPlan(Name, log, options), tally, store.Dialect.Logs, store.Watch, Store.Formats, time, Metrics,
                _logging.CreateLogger<Tally>());
        Service = new ProjectionService(store.Dialect, [_runner]);
    }

    public Store Store { get; }

    public Tally Tally { get; }

    public ProjectionMetrics Metrics { get; } = new();

    public IDurableProjections Service { get; }

    public DurableProjectionStatus Status => _runner.Status;

    public DateTimeOffset Now => _time.GetUtcNow();

    public static async Task<ProjectionUnderTest> Open(
        SpecDatabase database, Action<DurableProjectionOptions>? configure = null, Tally? tally = null, string log = Tally.Log,
            bool starts = true)
    {
        var options = new DurableProjectionOptions();
        configure?.Invoke(options);
        var time = new FakeTimeProvider();
        var opened = new ProjectionUnderTest(await Store.Open(database, time: time), time, tally ?? new Tally(), options, log);
        if (starts)
            opened.Start();

        return opened;
    }

    public void Start()
    {
        _runs = true;
        _runner.Start();
    }

    /// <summary>Appends entries with these numbers.</summary>
    public async Task Append(string entity, int from, int count = 1, string text = "event")
    {
        for (var n = from; n < from + count; n++)
            Assert.True(await Store.Commit(Store.Logged(entity, n, text)));
    }

    public async Task<Dictionary<string, long>> Read()
    {
        await using var beside = await Store.Dialect.Inner.Logs.OpenBeside(CancellationToken.None);
        using var command = beside.Connection.CreateCommand();
        command.CommandText = "SELECT entity, entries FROM tally";
        using var rows = await command.ExecuteReaderAsync();
        var counts = new Dictionary<string, long>();
        while (await rows.ReadAsync())
            counts.Add(rows.GetString(0), rows.GetInt64(1));

        return counts;
    }

    /// <summary>Whether it was made, and the counts are these.</summary>
    public async Task<bool> Counts(params (string Entity, long Entries)[] expected)
    {
        try
        {
            return (await Read()).OrderBy(count => count.Key, StringComparer.Ordinal).Select(count =>
                (count.Key, count.Value)).SequenceEqual(expected);
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }

    /// <summary>Lets time pass until it is so.</summary>
    public Task Comes(Func<Task<bool>> condition) => Eventually.Is(
        async () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            return await condition();
        },
        "it comes");

    public Task Comes(Func<bool> condition) => Comes(() => Task.FromResult(condition()));

    public void Pass(TimeSpan time) => _time.Advance(time);

    public async ValueTask DisposeAsync()
    {
        if (_runs)
            await _runner.Stop(CancellationToken.None).Soon();

        _runner.Dispose();
        Metrics.Dispose();
        await Store.DisposeAsync();
        _logging.Dispose();
    }
}
