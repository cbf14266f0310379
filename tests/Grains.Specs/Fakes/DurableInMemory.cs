using Orleans.Persistence.GroupCommit;

namespace Grains.Specs.Fakes;

/// <summary>A durable state whose database answers when the spec says so.</summary>
internal sealed class DurableInMemory<TState>(TState? stored = null) : IDurable<TState> where TState : class
{
    private readonly List<(TState State, TaskCompletionSource Written)> underway = [];
    private Exception? poison;
    private readonly bool isStored = stored is not null;
    private Task<bool>? creating;
    private Task? loading;
    private bool isKnown = true;

    /// <summary>As with <see cref="DurableAttribute.LoadOnDemand"/>: nobody sees what is stored before it was loaded, or something was created.</summary>
    public bool OnDemand { init => isKnown = !value; }

    /// <summary>How often it was read from the database.</summary>
    public int Reads { get; private set; }

    /// <summary>Keeps reads waiting for it.</summary>
    public Task Reading { get; set; } = Task.CompletedTask;

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

    public Task Load() => creating ?? (loading ??= Read());

    public async Task<bool> TryCreate(TState first, Outgoing? outgoing = null)
    {
        if (!isKnown && creating is null)
            return await (creating = Create(first, outgoing));

        await Load();
        if (State is not null)
        {
            await WhenDurable();
            return false;
        }

        await Commit(first, outgoing);
        return true;
    }

    private async Task<bool> Create(TState first, Outgoing? outgoing)
    {
        if (isStored)
        {
            await Read();
            return false;
        }

        await Store(first, outgoing);
        isKnown = true;
        return true;
    }

    private async Task Read()
    {
        if (isKnown)
            return;
        Reads++;
        await Reading;
        isKnown = true;
    }

    public void Stage(TState next) => State = next;

    public Task Commit(TState next, Outgoing? outgoing = null)
    {
        Usable(next);
        return Store(next, outgoing);
    }

    private Task Store(TState next, Outgoing? outgoing)
    {
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

    private T Usable<T>(T value) => poison is not null ? throw poison
        : isKnown ? value
        : throw new InvalidOperationException("Load or TryCreate comes first.");
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
