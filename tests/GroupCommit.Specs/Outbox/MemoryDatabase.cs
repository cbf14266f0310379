using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Outbox;

/// <summary>What is stored; outlives the silos that use it, as a file does.</summary>
internal sealed class MemoryDatabase : DatabaseUnderTest
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, OutboxRow> _outbox = [];
    private readonly SortedDictionary<long, string> _quarantined = [];
    private readonly Dictionary<(string Target, string Name), ScheduleRow> _armed = [];
    private long _lastId = 1_000;

    /// <summary>How many outbox rows, and how many due messages, were read.</summary>
    public long OutboxRowsRead { get; private set; }

    public long DueRowsRead { get; private set; }

    public long DueReads { get; private set; }

    public long LastId
    {
        get
        {
            lock (_gate)
                return _lastId;
        }
    }

    public override int Waiting
    {
        get
        {
            lock (_gate)
                return _outbox.Count - _quarantined.Count;
        }
    }

    public override int WaitingOf(string streamKey)
    {
        lock (_gate)
            return _outbox.Values.Count(row => row.StreamKey == streamKey && !_quarantined.ContainsKey(row.Id));
    }

    public override IReadOnlyDictionary<long, string> Quarantined
    {
        get
        {
            lock (_gate)
                return new Dictionary<long, string>(_quarantined);
        }
    }

    /// <summary>The access of the silo that runs now.</summary>
    public MemoryStore Store { get; private set; } = null!;

    public override void Use(ISiloBuilder silo)
    {
        Store = new MemoryStore(this);
        silo.Services.AddSingleton<ICommitter>(Store);
        silo.Services.AddSingleton<IDialect>(Store);
        silo.Services.AddSingleton<LogFormats>();
    }

    public override void Kill() => Store.Kill();

    protected override void Dispose(bool disposing)
    {
    }

    public long NextId()
    {
        lock (_gate)
            return ++_lastId;
    }

    public bool Apply(WriteRequest request)
    {
        lock (_gate)
        {
            switch (request)
            {
                case OutboxAppend append:
                    foreach (var row in append.Rows)
                    {
                        row.Id = ++_lastId;
                        _outbox.Add(row.Id, row with { Item = null });
                    }

                    return true;
                case OutboxRemove remove:
                    foreach (var id in remove.Ids)
                        _outbox.Remove(id);

                    return true;
                case OutboxQuarantine quarantine:
                    foreach (var row in quarantine.Rows)
                        _quarantined[row.Id] = quarantine.Reason;

                    return true;
                case PositionWrite:
                    return true;
                case GrainWrite { Entries: [], Outbox: [] } write:
                    foreach (var arming in write.Schedules)
                        _armed[(arming.Target, arming.Name)] = new ScheduleRow(arming.Target, arming.Name, arming.Token, arming.DueAt!.Value, 0);

                    return true;
                case ScheduleSettle settle:
                    if (!_armed.TryGetValue((settle.Target, settle.Name), out var armed) || armed.Token != settle.Token)
                        return false;

                    if (settle.DueAt is { } dueAt)
                        _armed[(settle.Target, settle.Name)] = new ScheduleRow(settle.Target, settle.Name, settle.NewToken, dueAt, settle.Attempts);
                    else
                        _armed.Remove((settle.Target, settle.Name));

                    return true;
                default:
                    throw new NotSupportedException(request.ToString());
            }
        }
    }

    public IReadOnlyList<OutboxRow> ReadOutbox(long afterId, int limit)
    {
        lock (_gate)
        {
            OutboxRow[] rows = [.. _outbox.Values.SkipWhile(row => row.Id <= afterId).Where(row => !_quarantined.ContainsKey(row.Id)).Take(limit)];
            OutboxRowsRead += rows.Length;
            return rows;
        }
    }

    public IReadOnlyList<ScheduleRow> ReadDue(DateTimeOffset now, int limit)
    {
        lock (_gate)
        {
            ScheduleRow[] rows = [.. _armed.Values.Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(limit)];
            DueReads++;
            DueRowsRead += rows.Length;
            return rows;
        }
    }
}
