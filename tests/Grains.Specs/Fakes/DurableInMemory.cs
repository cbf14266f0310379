using Orleans.Persistence.GroupCommit;

namespace Grains.Specs.Fakes;

/// <summary>A durable state whose database answers when the spec says so.</summary>
internal sealed class DurableInMemory<TState>(TState? stored = null) : IDurable<TState> where TState : class
{
    private readonly List<(TState State, TaskCompletionSource Written)> underway = [];
    private Exception? poison;

    /// <summary>Keeps commits from becoming durable until <see cref="Write"/> or <see cref="Fail"/>.</summary>
    public bool Slow { get; set; }

    /// <summary>Another activation has written: this one is no longer current.</summary>
    public bool Stale { get; set; }

    /// <summary>Keeps confirmations waiting for it.</summary>
    public Task Confirming { get; set; } = Task.CompletedTask;

    /// <summary>Every state that was committed, in order.</summary>
    public List<TState> Commits { get; } = [];

    /// <summary>How many of them carried messages.</summary>
    public int Sent { get; private set; }

    public int Confirmations { get; private set; }

    public TState? State { get => Usable(field); private set; } = stored;

    public TState? DurableState { get => Usable(field); private set; } = stored;

    public long StoredVersion => Commits.Count - underway.Count;

    public Task Load() => Task.CompletedTask;

    public async Task<bool> TryCreate(TState first, Outgoing? outgoing = null)
    {
        if (State is not null)
        {
            await WhenDurable();
            return false;
        }

        await Commit(first, outgoing);
        return true;
    }

    public void Stage(TState next) => State = next;

    public Task Commit(TState next, Outgoing? outgoing = null)
    {
        Usable(next);
        State = next;
        Commits.Add(next);
        Sent += outgoing is { IsEmpty: false } ? 1 : 0;
        var written = new TaskCompletionSource();
        underway.Add((next, written));
        if (!Slow)
            Write();
        return written.Task;
    }

    public Task WhenDurable() => poison is not null ? Task.FromException(poison)
        : underway.Count == 0 ? Task.CompletedTask
        : underway[^1].Written.Task;

    public async Task ConfirmCurrent()
    {
        await WhenDurable();
        await Confirming;
        Confirmations++;
        if (Stale)
            throw poison = new DurableStateLostException("Another activation has written.");
    }

    public void Write()
    {
        foreach (var (state, written) in underway)
        {
            DurableState = state;
            written.SetResult();
        }

        underway.Clear();
    }

    public void Fail()
    {
        poison = new DurableStateLostException("The database is gone.");
        underway.ForEach(write => write.Written.SetException(poison));
        underway.Clear();
    }

    private T Usable<T>(T value) => poison is null ? value : throw poison;
}

internal sealed class MapInMemory<TValue> : IDurableMap<TValue> where TValue : class
{
    private readonly Dictionary<string, TValue> entries = new(StringComparer.Ordinal);

    public int Count => entries.Count;

    public IEnumerable<KeyValuePair<string, TValue>> Entries => entries;

    public TValue? Find(string key) => entries.GetValueOrDefault(key);

    public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) =>
        entries.TryGetValue(key, out value);

    public void Set(string key, TValue value) => entries[key] = value;

    public bool Remove(string key) => entries.Remove(key);
}
