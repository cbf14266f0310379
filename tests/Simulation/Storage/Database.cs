using Orleans.Persistence.GroupCommit.Storage;
using Shop.Simulation.Cluster;

namespace Shop.Simulation.Storage;

/// <summary>
/// What the database does, without a disk: batches in one transaction, versions compared, messages only of writes that were stored. A spec
/// compares it with the real ones.
/// </summary>
internal sealed class Database
{
    private readonly Dictionary<RowId, (long Version, byte[] Payload)> rows = [];
    private readonly Dictionary<RowId, SortedDictionary<(string Map, string Key), byte[]>> entries = [];
    private readonly Dictionary<(string Target, string Name), ScheduleRow> armed = [];
    private readonly Dictionary<(string Target, string Name), Process> claims = [];
    private long lastToken;

    /// <summary>Events that are not yet delivered, in the order they were written, each with the process that publishes it.</summary>
    public SortedDictionary<long, (OutboxRow Row, Process? Owner)> Outbox { get; } = [];

    public long LastOutboxId { get; private set; }

    /// <summary>Entries of logs.</summary>
    public SortedDictionary<(string Log, string Entity, long Sequence), byte[]> Logs { get; } = new(InOrder);

    private static readonly Comparer<(string Log, string Entity, long Sequence)> InOrder = Comparer<(string Log, string Entity, long Sequence)>.Create((one, other) =>
        string.CompareOrdinal(one.Log, other.Log) is not 0 and var logs ? logs
        : string.CompareOrdinal(one.Entity, other.Entity) is not 0 and var entities ? entities
        : one.Sequence.CompareTo(other.Sequence));

    public IReadOnlyCollection<ScheduleRow> Armed => armed.Values;

    /// <summary>How often a row was armed, moved or removed.</summary>
    public int ArmedChanges { get; private set; }

    public IEnumerable<KeyValuePair<RowId, (long Version, byte[] Payload)>> Rows => rows;

    public long NextToken() => ++lastToken;

    public bool[] Commit(IReadOnlyList<WriteRequest> batch, Process? owner)
    {
        var stored = new bool[batch.Count];
        for (var i = 0; i < stored.Length; i++)
            stored[i] = Apply(batch[i], owner);
        return stored;
    }

    public StoredRow? Read(RowId id)
    {
        if (!rows.TryGetValue(id, out var row))
            return null;
        StoredEntry[] its = entries.TryGetValue(id, out var all) ? [.. all.Select(e => new StoredEntry(e.Key.Map, e.Key.Key, e.Value))] : [];
        return new StoredRow(row.Version, row.Payload, its);
    }

    public IEnumerable<(string GrainKey, string Key, byte[] Payload)> Entries(string kind, string map) => entries
        .Where(e => e.Key.Kind == kind)
        .OrderBy(e => e.Key.Key, StringComparer.Ordinal)
        .SelectMany(e => e.Value.Where(entry => entry.Key.Map == map).Select(entry => (e.Key.Key, entry.Key.Key, entry.Value)));

    public byte[]? Entry(RowId id, string map, string key) =>
        entries.TryGetValue(id, out var all) ? all.GetValueOrDefault((map, key)) : null;

    public ScheduleRow? ArmedFor(string target, string name) => armed.GetValueOrDefault((target, name));

    /// <summary>Takes a due row for a process, so that the others leave it alone while it lives.</summary>
    public bool Claim(ScheduleRow row, Process by) => claims.TryAdd((row.Target, row.Name), by);

    public void Release(ScheduleRow row) => claims.Remove((row.Target, row.Name));

    public void Release(Process gone)
    {
        foreach (var (row, by) in claims.ToList())
        {
            if (by == gone)
                claims.Remove(row);
        }
    }

    private bool Apply(WriteRequest request, Process? owner)
    {
        switch (request)
        {
            case VersionCheck check:
                return VersionOf(check.Row) == check.ExpectedVersion;
            case GrainWrite write:
                return Apply(write, owner);
            case OutboxAppend append:
                Add(append.Rows, owner);
                return true;
            case OutboxRemove remove:
                foreach (var id in remove.Ids)
                    Outbox.Remove(id);
                return true;
            case PositionWrite position:
                foreach (var id in Outbox.Where(e => e.Value.Owner == owner && e.Key <= position.Position && e.Value.Row.Place is not null).Select(e => e.Key).ToList())
                    Outbox.Remove(id);
                return true;
            case ScheduleSettle settle:
                return Apply(settle);
            case LogAppend append:
                foreach (var row in append.Rows)
                    Logs.TryAdd((append.Log, row.Entity, row.Sequence), row.Payload.ToArray());
                return true;
            default:
                throw new NotSupportedException(request.GetType().Name);
        }
    }

    private bool Apply(GrainWrite write, Process? owner)
    {
        if (VersionOf(write.Row) != write.ExpectedVersion)
            return false;

        rows[write.Row] = (write.ExpectedVersion + 1, write.Payload.ToArray());
        foreach (var (map, key, payload) in write.Entries)
            Set(write.Row, (map, key), payload);
        Add(write.Outbox, owner);
        foreach (var (target, name, token, dueAt) in write.Schedules)
        {
            ArmedChanges++;
            if (dueAt is { } at)
                armed[(target, name)] = new ScheduleRow(target, name, token, at, 0);
            else
                armed.Remove((target, name));
        }

        return true;
    }

    private void Set(RowId row, (string Map, string Key) key, ReadOnlyMemory<byte>? payload)
    {
        if (!entries.TryGetValue(row, out var all))
            entries.Add(row, all = []);
        if (payload is { } bytes)
            all[key] = bytes.ToArray();
        else
            all.Remove(key);
    }

    private void Add(IReadOnlyList<OutboxRow> leaving, Process? owner)
    {
        foreach (var row in leaving)
        {
            row.Id = ++LastOutboxId;
            if (row.Place is { } place)
                Logs.Add((place.Log, place.Entity, place.Sequence), row.Payload.ToArray());
            if (row.IsPublished)
                Outbox.Add(row.Id, (row, owner));
        }
    }

    private bool Apply(ScheduleSettle settle)
    {
        var key = (settle.Target, settle.Name);
        if (armed.GetValueOrDefault(key)?.Token != settle.Token)
            return false;
        ArmedChanges++;
        if (settle.DueAt is { } dueAt)
            armed[key] = new ScheduleRow(settle.Target, settle.Name, settle.NewToken, dueAt, settle.Attempts);
        else
            armed.Remove(key);
        return true;
    }

    private long VersionOf(RowId row) => rows.GetValueOrDefault(row).Version;
}
