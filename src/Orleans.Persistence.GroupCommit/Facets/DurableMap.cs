using System.Diagnostics.CodeAnalysis;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>A map as the unit sees it.</summary>
internal interface IMapPart
{
    string Name { get; }

    /// <summary>Something has changed that no commit covers.</summary>
    bool HasChanged { get; }

    void Load(string key, byte[] payload);

    /// <summary>What has changed until now belongs to this commit; what changes from now on waits for another.</summary>
    void Commit();

    /// <summary>Adds what was committed since the last time.</summary>
    void Take(ref List<EntryWrite>? changes);
}

/// <inheritdoc cref="IDurableMap{TValue}"/>
internal sealed class DurableMap<TValue>(GrainUnit unit, string name, Serializer<TValue> serializer) : IDurableMap<TValue>, IMapPart
    where TValue : class
{
    private readonly Dictionary<string, TValue> _entries = new(StringComparer.Ordinal);

    // Changes since the last commit, and committed ones that no write has taken yet. Null: removed. Only an entry's last change is written.
    private Dictionary<string, TValue?> _changed = new(StringComparer.Ordinal);
    private Dictionary<string, TValue?> _committed = new(StringComparer.Ordinal);

    public string Name => name;

    public bool HasChanged => _changed.Count > 0;

    public int Count => Entered.Count;

    public IEnumerable<KeyValuePair<string, TValue>> Entries => Entered;

    private Dictionary<string, TValue> Entered
    {
        get
        {
            unit.ThrowIfUnusable();
            return _entries;
        }
    }

    public TValue? Find(string key) => Entered.GetValueOrDefault(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value) => Entered.TryGetValue(key, out value);

    public void Set(string key, TValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Entered[key] = value;
        _changed[key] = value;
    }

    public bool Remove(string key)
    {
        if (!Entered.Remove(key))
            return false;

        _changed[key] = null;
        return true;
    }

    void IMapPart.Load(string key, byte[] payload) => _entries.Add(key, serializer.Deserialize(payload)!);

    void IMapPart.Commit()
    {
        if (_changed.Count == 0)
            return;

        if (_committed.Count == 0)
        {
            (_changed, _committed) = (_committed, _changed);
            return;
        }

        foreach (var (key, value) in _changed)
            _committed[key] = value;

        _changed.Clear();
    }

    void IMapPart.Take(ref List<EntryWrite>? changes)
    {
        if (_committed.Count == 0)
            return;

        changes ??= new List<EntryWrite>(_committed.Count);
        foreach (var (key, value) in _committed)
        {
            // Spelled out: a null array would turn into an empty memory, which is not null.
            changes.Add(new EntryWrite(name, key, value is null ? default(ReadOnlyMemory<byte>?) : serializer.SerializeToArray(value)));
        }

        _committed.Clear();
    }
}
