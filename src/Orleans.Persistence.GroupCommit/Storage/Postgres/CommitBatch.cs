using System.Diagnostics;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// What one statement applies. It sees everything as it was before it, so nothing may be in it twice: a batch is taken up to the first request
/// that builds on another one of it. Not thread-safe.
/// </summary>
internal sealed partial class CommitBatch
{
    // A statement is one message, and one piece of memory here and in the server.
    private const long LargestPayload = 32 << 20;

    // Each takes a lock, and a server's table of locks has room for some thousands.
    private const int MostMessages = 1_000;

    private readonly RowPart _rows = new();
    private readonly EntryPart _entries = new();
    private readonly EntryRemovalPart _entryRemovals = new();
    private readonly CheckPart _checks = new();
    private readonly LogPart _log = new();
    private readonly EventPart _events = new();
    private readonly PositionPart _positions = new();
    private readonly OutboxPart _outbox = new();
    private readonly OutboxRemovalPart _outboxRemovals = new();
    private readonly QuarantinePart _quarantines = new();
    private readonly LoggedQuarantinePart _asides = new();
    private readonly SchedulePart _schedules = new();
    private readonly ArmingPart _arming = new();
    private readonly DisarmingPart _disarming = new();
    private readonly SettlingPart _settling = new();
    private readonly MovingPart _moving = new();

    private readonly HashSet<(int Type, int Id)> _rowsSeen = [];
    private readonly HashSet<(string Target, string Name)> _messagesSeen = [];
    private readonly HashSet<(string Target, string Name)> _named = [];
    private readonly List<Place> _writes = [];
    private readonly List<int> _checked = [];
    private readonly HashSet<(string Reader, long? Owner)> _readersSeen = [];
    private readonly Dictionary<long, int> _settles = [];
    private bool[] _stored = [];
    private long _ownId;

    public CommitBatch() => Parts =
    [
        _rows, _entries, _entryRemovals, _checks, _log, _events, _positions, _outbox, _outboxRemovals, _quarantines, _asides,
        _schedules, _arming, _disarming, _settling, _moving,
    ];

    /// <summary>In the order in which their CTEs may read from each other.</summary>
    public IReadOnlyList<CommitPart> Parts { get; }

    /// <summary>How many requests, from the first one on, are in it.</summary>
    public int Count => _stored.Length;

    /// <summary>Takes as many requests as one statement can.</summary>
    /// <exception cref="ArgumentException">A key or name cannot be stored.</exception>
    public void Fill(IReadOnlyList<WriteRequest> requests, ref long lastId)
    {
        Clear();
        _ownId = lastId >> PostgresDialect.BitsPerOwner;
        var count = 0;
        for (long payload = 0; count < requests.Count && payload < LargestPayload && _messagesSeen.Count < MostMessages; count++)
        {
            var request = requests[count];
            if (request is OutboxAdopt || !TakeKeys(request, count))
                break;

            payload += SizeOf(request);
        }

        _stored = new bool[count];
        // The same order in every process: whoever waits for a row waits for somebody who is further on.
        _writes.Sort();
        for (var i = 0; i < _writes.Count; i++)
            Add((GrainWrite)requests[_writes[i].Index], _writes[i].Key, i + 1, ref lastId);

        // In the order of the requests, so that ids grow with it; owners are known by now.
        var owners = OwnersByRequest(count);
        for (var i = 0; i < count; i++)
            AddOthers(requests[i], owners[i], i, ref lastId);
    }

    /// <summary>One row of the statement's answer.</summary>
    public void Answer(short kind, long value) => _stored[kind switch
    {
        CommitResult.Row => _writes[(int)value - 1].Index,
        CommitResult.Check => _checked[(int)value - 1],
        CommitResult.Settled => _settles[value],
        _ => throw new UnreachableException(),
    }] = true;

    public bool[] Stored => _stored;

    private void Clear()
    {
        foreach (var part in Parts)
            part.Clear();

        _rowsSeen.Clear();
        _messagesSeen.Clear();
        _readersSeen.Clear();
        _writes.Clear();
        _checked.Clear();
        _settles.Clear();
    }

    /// <returns>False: it reaches for something that the batch has already.</returns>
    private bool TakeKeys(WriteRequest request, int index)
    {
        switch (request)
        {
            case GrainWrite write:
                var key = RowKey.Of(write.Row);
                if (_rowsSeen.Contains(key.Hashes) || !TryTakeMessages(write.Schedules))
                    return false;

                _rowsSeen.Add(key.Hashes);
                _writes.Add(new Place(key, index));
                return true;
            case VersionCheck check:
                var asked = RowKey.Of(check.Row);
                if (!_rowsSeen.Add(asked.Hashes))
                    return false;

                _checks.Key.Add(asked);
                return true;
            case ScheduleSettle settle:
                return _messagesSeen.Add((settle.Target, settle.Name));
            case PositionWrite position:
                return _readersSeen.Add((position.Reader, position.Owner));
            case OutboxAppend { Taken: { } taken }:
                return _readersSeen.Add((taken.Reader, taken.Owner));
            default:
                return true;
        }
    }

    private bool TryTakeMessages(IReadOnlyList<ScheduleWrite> schedules)
    {
        for (var i = 0; i < schedules.Count; i++)
        {
            if (_messagesSeen.Contains((schedules[i].Target, schedules[i].Name)))
                return false;
        }

        for (var i = 0; i < schedules.Count; i++)
            _messagesSeen.Add((schedules[i].Target, schedules[i].Name));

        return true;
    }

    private static long SizeOf(WriteRequest request)
    {
        if (request is not GrainWrite write)
        {
            return request switch
            {
                OutboxAppend append => append.Rows.Sum(row => (long)row.Payload.Length),
                OutboxQuarantine quarantine => quarantine.Rows.Sum(row => (long)row.Payload.Length),
                LogAppend append => append.Rows.Sum(row => (long)row.Payload.Length),
                _ => 0,
            };
        }

        long size = write.Payload.Length;
        for (var i = 0; i < write.Entries.Count; i++)
            size += write.Entries[i].Payload?.Length ?? 0;
        for (var i = 0; i < write.Outbox.Count; i++)
            size += write.Outbox[i].Payload.Length;

        return size;
    }

    private int[] OwnersByRequest(int count)
    {
        var owners = new int[count];
        for (var i = 0; i < _writes.Count; i++)
            owners[_writes[i].Index] = i + 1;

        return owners;
    }

    /// <summary>Where a write stands in the order of the keys, and among the requests.</summary>
    private readonly record struct Place(RowKey Key, int Index) : IComparable<Place>
    {
        public int CompareTo(Place other) => Key.CompareTo(other.Key);
    }
}
