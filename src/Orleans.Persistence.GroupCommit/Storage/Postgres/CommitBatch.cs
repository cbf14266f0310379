using System.Diagnostics;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// What one statement applies. It sees everything as it was before it, so nothing may be in it twice: a batch is taken up to the first request
/// that builds on another one of it. Not thread-safe.
/// </summary>
internal sealed class CommitBatch
{
    // A statement is one message, and one piece of memory here and in the server.
    private const long LargestPayload = 32 << 20;

    private readonly RowPart _rows = new();
    private readonly EntryPart _entries = new();
    private readonly EntryRemovalPart _entryRemovals = new();
    private readonly CheckPart _checks = new();
    private readonly OutboxPart _outbox = new();
    private readonly OutboxRemovalPart _outboxRemovals = new();
    private readonly QuarantinePart _quarantines = new();
    private readonly SchedulePart _schedules = new();
    private readonly ArmingPart _arming = new();
    private readonly DisarmingPart _disarming = new();
    private readonly SettlingPart _settling = new();
    private readonly MovingPart _moving = new();

    private readonly HashSet<(int Type, int Id)> _rowsSeen = [];
    private readonly HashSet<(string Target, string Name)> _messagesSeen = [];
    private readonly List<Place> _writes = [];
    private readonly List<int> _checked = [];
    private readonly Dictionary<long, int> _settles = [];
    private bool[] _stored = [];

    public CommitBatch() => Parts =
    [
        _rows, _entries, _entryRemovals, _checks, _outbox, _outboxRemovals, _quarantines, _schedules, _arming, _disarming, _settling, _moving,
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
        var count = 0;
        for (long payload = 0; count < requests.Count && payload < LargestPayload; count++)
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
                return _rowsSeen.Add(RowKey.Of(check.Row).Hashes);
            case ScheduleSettle settle:
                return _messagesSeen.Add((settle.Target, settle.Name));
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

        // A grain may have armed the same message several times since its last write.
        for (var i = 0; i < schedules.Count; i++)
            _messagesSeen.Add((schedules[i].Target, schedules[i].Name));

        return true;
    }

    private static long SizeOf(WriteRequest request)
    {
        if (request is not GrainWrite write)
            return request is OutboxAppend append ? append.Rows.Sum(row => (long)row.Payload.Length) : 0;

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

    private void Add(GrainWrite write, in RowKey key, int owner, ref long lastId)
    {
        _rows.IdHash.Add(key.Id.IdHash);
        _rows.TypeHash.Add(key.TypeHash);
        _rows.N0.Add(key.Id.N0);
        _rows.N1.Add(key.Id.N1);
        _rows.Type.Add(key.Type);
        _rows.Extension.Add(key.Id.Extension);
        _rows.Expected.Add(checked((int)write.ExpectedVersion));
        _rows.Payload.Add(write.Payload);
        // Below zero where nothing is to be created: see RowPart.
        _rows.Id.Add(write.ExpectedVersion == 0 ? ++lastId : -1);
        for (var i = 0; i < write.Entries.Count; i++)
            Add(write.Entries[i], owner);
    }

    private void Add(in EntryWrite entry, int owner)
    {
        if (entry.Payload is { } payload)
        {
            _entries.Owner.Add(owner);
            _entries.Map.Add(entry.Map);
            _entries.Key.Add(PostgresText.Checked(entry.Key));
            _entries.Payload.Add(payload);
        }
        else
        {
            _entryRemovals.Owner.Add(owner);
            _entryRemovals.Map.Add(entry.Map);
            _entryRemovals.Key.Add(PostgresText.Checked(entry.Key));
        }
    }

    private void AddOthers(WriteRequest request, int owner, int index, ref long lastId)
    {
        switch (request)
        {
            case GrainWrite write:
                Add(write.Outbox, owner, ref lastId);
                Add(write.Schedules, owner);
                break;
            case VersionCheck check:
                var key = RowKey.Of(check.Row);
                _checks.IdHash.Add(key.Id.IdHash);
                _checks.TypeHash.Add(key.TypeHash);
                _checks.N0.Add(key.Id.N0);
                _checks.N1.Add(key.Id.N1);
                _checks.Type.Add(key.Type);
                _checks.Extension.Add(key.Id.Extension);
                _checks.Expected.Add(checked((int)check.ExpectedVersion));
                _checked.Add(index);
                break;
            case OutboxAppend append:
                Add(append.Rows, 0, ref lastId);
                _stored[index] = true;
                break;
            case OutboxRemove remove:
                for (var i = 0; i < remove.Ids.Count; i++)
                    _outboxRemovals.Id.Add(remove.Ids[i]);

                _stored[index] = true;
                break;
            case OutboxQuarantine quarantine:
                for (var i = 0; i < quarantine.Ids.Count; i++)
                {
                    _quarantines.Id.Add(quarantine.Ids[i]);
                    _quarantines.Reason.Add(quarantine.Reason.Replace('\0', ' '));
                }

                _stored[index] = true;
                break;
            case ScheduleSettle settle:
                Add(settle, index);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Add(IReadOnlyList<OutboxRow> rows, int owner, ref long lastId)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            row.Id = ++lastId;
            _outbox.Owner.Add(owner);
            _outbox.Id.Add(row.Id);
            _outbox.WrittenAt.Add(row.WrittenAt.ToUnixTimeMilliseconds());
            _outbox.Provider.Add(row.Provider);
            _outbox.Namespace.Add(PostgresText.Checked(row.StreamNamespace));
            _outbox.Key.Add(PostgresText.Checked(row.StreamKey));
            _outbox.Payload.Add(row.Payload);
        }
    }

    private void Add(IReadOnlyList<ScheduleWrite> schedules, int owner)
    {
        for (var i = 0; i < schedules.Count; i++)
        {
            var schedule = schedules[i];
            if (IsReplaced(schedules, i))
                continue;

            _schedules.Target.Add(PostgresText.Checked(schedule.Target));
            _schedules.Name.Add(PostgresText.Checked(schedule.Name));
            if (schedule.DueAt is { } dueAt)
            {
                _arming.Owner.Add(owner);
                _arming.Token.Add(schedule.Token);
                _arming.DueAt.Add(dueAt.ToUnixTimeMilliseconds());
                _arming.Target.Add(schedule.Target);
                _arming.Name.Add(schedule.Name);
            }
            else
            {
                _disarming.Owner.Add(owner);
                _disarming.Target.Add(schedule.Target);
                _disarming.Name.Add(schedule.Name);
            }
        }
    }

    private static bool IsReplaced(IReadOnlyList<ScheduleWrite> schedules, int index)
    {
        for (var later = index + 1; later < schedules.Count; later++)
        {
            if (schedules[later].Name == schedules[index].Name && schedules[later].Target == schedules[index].Target)
                return true;
        }

        return false;
    }

    private void Add(ScheduleSettle settle, int index)
    {
        _schedules.Target.Add(settle.Target);
        _schedules.Name.Add(settle.Name);
        if (settle.DueAt is { } dueAt)
        {
            _moving.Token.Add(settle.Token);
            _moving.NewToken.Add(settle.NewToken);
            _moving.DueAt.Add(dueAt.ToUnixTimeMilliseconds());
            _moving.Attempts.Add(settle.Attempts);
            _moving.Target.Add(settle.Target);
            _moving.Name.Add(settle.Name);
            _settles.Add(settle.NewToken, index);
        }
        else
        {
            _settling.Token.Add(settle.Token);
            _settling.Target.Add(settle.Target);
            _settling.Name.Add(settle.Name);
            _settles.Add(settle.Token, index);
        }
    }

    /// <summary>Where a write stands in the order of the keys, and among the requests.</summary>
    private readonly record struct Place(RowKey Key, int Index) : IComparable<Place>
    {
        public int CompareTo(Place other) => Key.CompareTo(other.Key);
    }
}

/// <summary>A row's key in the columns of the table.</summary>
internal readonly record struct RowKey(int TypeHash, StorageKey Id, string Type) : IComparable<RowKey>
{
    public (int Type, int Id) Hashes => (TypeHash, Id.IdHash);

    public static RowKey Of(in RowId row) => new(StorageKey.HashOfType(row.Kind), StorageKey.Of(row.Key), row.Kind);

    // Within a batch no two rows have both hashes in common.
    public int CompareTo(RowKey other) => Hashes.CompareTo(other.Hashes);
}
