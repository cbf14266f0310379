using System.Diagnostics.CodeAnalysis;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// A dictionary beside a grain's state whose entries are rows of their own: a commit writes only the entries that changed,
/// so a grain with 100,000 entries commits one change as cheaply as a grain with ten. All entries are loaded at activation.
/// </summary>
/// <remarks>
/// Changes are visible at once and become durable with the next <see cref="IDurable{TState}.Commit"/> of the same grain. So decide first,
/// then change, then commit, without anything between that may throw: a change that is left behind without its commit is taken for durable by
/// <see cref="IDurable{TState}.WhenDurable"/>, and goes with the next commit, whatever that is for. A commit that is refused at once takes
/// the uncommitted changes, and the activation, with it.
/// Inject it with <see cref="DurableAttribute"/>. Not thread-safe: use it from the grain's own scheduler. Once the grain's state is
/// lost, every member throws <see cref="DurableStateLostException"/>.
/// </remarks>
/// <typeparam name="TValue">An immutable type that the Orleans serializer can write.</typeparam>
public interface IDurableMap<TValue> where TValue : class
{
    /// <summary>How many entries there are, durable or not.</summary>
    int Count { get; }

    /// <summary>All entries, durable or not, in no particular order. Do not change the map while going through them.</summary>
    IEnumerable<KeyValuePair<string, TValue>> Entries { get; }

    /// <summary>The entry, durable or not; null when there is none.</summary>
    TValue? Find(string key);

    /// <inheritdoc cref="IReadOnlyDictionary{TKey,TValue}.TryGetValue"/>
    bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value);

    /// <summary>Adds or replaces an entry with the next commit.</summary>
    void Set(string key, TValue value);

    /// <summary>Removes an entry with the next commit.</summary>
    /// <returns>Whether there was one.</returns>
    bool Remove(string key);
}
