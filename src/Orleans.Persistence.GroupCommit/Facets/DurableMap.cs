using System.Diagnostics.CodeAnalysis;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>A map as the unit sees it.</summary>
internal interface IMapPart
{
    string Name { get; }

    void Load(string key, byte[] payload);

    /// <summary>Adds what has changed since the last time.</summary>
    void Take(ref List<EntryWrite>? changes);
}

/// <inheritdoc cref="IDurableMap{TValue}"/>
internal sealed class DurableMap<TValue>(GrainUnit unit, string name, Serializer<TValue> serializer) : IDurableMap<TValue>, IMapPart
    where TValue : class
{
    private readonly Dictionary<string, TValue> _entries = new(StringComparer.Ordinal);

    // Null: removed. Only the last change of an entry between two writes is written.
    private readonly Dictionary<string, TValue?> _changed = new(StringComparer.Ordinal);

    public string Name => name;

    public int Count => Entered.Count;

    public IEnumerable<KeyValuePair<string, TValue>> Entries => Entered;

    private Dictionary<string, TValue> Entered
    {
        get
        {
            unit.ThrowIfLost();
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

    void IMapPart.Take(ref List<EntryWrite>? changes)
    {
        if (_changed.Count == 0)
            return;

        changes ??= new List<EntryWrite>(_changed.Count);
        foreach (var (key, value) in _changed)
        {
            // Spelled out: a null array would turn into an empty memory, which is not null.
            changes.Add(new EntryWrite(name, key, value is null ? default(ReadOnlyMemory<byte>?) : serializer.SerializeToArray(value)));
        }

        _changed.Clear();
    }
}
