using System.Collections.Concurrent;
using System.Text;
using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Health;
using Orleans.Persistence.GroupCommit.Logs;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace GroupCommit.Specs;

/// <summary>The committer on a real database, without a silo.</summary>
internal sealed class Store : IAsyncDisposable
{
    /// <summary>Who delivers <see cref="Event"/>.</summary>
    public const string Provider = "streams";

    private readonly CommitMetrics _metrics;

    private readonly ILoggerFactory _logging;

    private Store(SpecDatabase database, GroupCommitOptions options, TimeProvider time, CommitMetrics metrics, LogLines log)
    {
        (_metrics, Log) = (metrics, log);
        _logging = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Dialect = new FaultyDialect(database.CreateDialect(Options.Create(options), _logging));
        Watch = new LogWatch(Dialect, Options.Create(options), time, _logging.CreateLogger<LogWatch>());
        Reader = new DurableLogReader(Dialect, Formats, Watch);
        Committer = new Committer(Dialect, Options.Create(options), time, metrics, _logging.CreateLogger<Committer>(), Watch)
        {
            OutboxCommitted = rows =>
            {
                foreach (var row in rows)
                    HandedOver.Enqueue(row);
            },
        };
        Health = new CommitProbe(Committer, CommitProbe.KeyOf("127.0.0.1:11111"), time, _logging.CreateLogger<CommitProbe>());
    }

    /// <summary>Entries of <see cref="Logged"/> are text.</summary>
    public static LogFormats Formats { get; } = FormatsOf(
        new ServiceCollection().AddSerializer().AddKeyedSingleton<IDurableLogFormat, TextFormat>("log").BuildServiceProvider());

    public FaultyDialect Dialect { get; }

    public Committer Committer { get; }

    public LogWatch Watch { get; }

    /// <summary>Of the logs.</summary>
    public IDurableLogReader Reader { get; }

    /// <summary>As a silo at this address asks.</summary>
    public CommitProbe Health { get; }

    public LogLines Log { get; }

    /// <summary>What the outbox of this process was told.</summary>
    public ConcurrentQueue<OutboxRow> HandedOver { get; } = new();

    public static async Task<Store> Open(
        SpecDatabase database, Action<GroupCommitOptions>? configure = null, TimeProvider? time = null, CommitMetrics? metrics = null, LogLines? log = null)
    {
        var options = new GroupCommitOptions();
        database.Configure(options);
        configure?.Invoke(options);
        var store = new Store(database, options, time ?? TimeProvider.System, metrics ?? new CommitMetrics(), log ?? new LogLines());
        await store.Committer.Start(CancellationToken.None);
        return store;
    }

    private static LogFormats FormatsOf(IServiceProvider services) => new(services, services.GetRequiredService<Serializer>());

    public static GrainWrite Write(string key, long expectedVersion = 0, string payload = "state", string? outgoing = null, string kind = "thing") => new(
        new RowId(kind, key), expectedVersion, Encoding.UTF8.GetBytes(payload), [], outgoing is null ? [] : [Event(outgoing)], []);

    /// <summary>A state that comes with an event in a log.</summary>
    public static GrainWrite Logged(string entity, long sequence, string text = "event", long expectedVersion = 0, string stream = "1", string provider = Provider) => new(
        new RowId("logged", $"{entity}-{sequence}"), expectedVersion, Encoding.UTF8.GetBytes("state"), [],
        [Event(text) with { StreamKey = stream, Provider = provider, Place = new LogPlace("log", entity, sequence) }], []);

    public static OutboxRow Event(string text) => new(0, Provider, "things", "1", Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch);

    public Task<bool> Commit(WriteRequest request) => Committer.Commit(request).Soon();

    public Task<StoredRow?> Read(string key, string kind = "thing") => Committer.Read(new RowId(kind, key), CancellationToken.None).Soon();

    public async Task<string?> ReadText(string key) => await Read(key) is { } row ? Encoding.UTF8.GetString(row.Payload) : null;

    public async Task<List<string>> Outbox() =>
        [.. (await Dialect.Inner.ReadOutbox(0, int.MaxValue, CancellationToken.None)).Select(row => Encoding.UTF8.GetString(row.Payload.Span))];

    /// <summary>Entity, sequence and text of each entry.</summary>
    public static async Task<List<string>> ReadLog(IDialect dialect, string log = "log")
    {
        await using var snapshot = await dialect.OpenSnapshot(CancellationToken.None);
        return await snapshot.ReadLog(log, null, null, CancellationToken.None)
            .Select(row => $"{row.Entity} {row.Sequence} {Encoding.UTF8.GetString(row.Payload.Span)}").ToListAsync();
    }

    public Task<IReadOnlyList<ScheduleRow>> Armed() => Dialect.Armed();

    private sealed class TextFormat : IDurableLogFormat
    {
        public byte[] Write(object item) => Encoding.UTF8.GetBytes((string)item);

        public object Read(string entity, long sequence, ReadOnlyMemory<byte> stored) => Encoding.UTF8.GetString(stored.Span);
    }

    public async ValueTask DisposeAsync()
    {
        await Committer.Stop(CancellationToken.None).Soon();
        _metrics.Dispose();
        _logging.Dispose();
    }
}
