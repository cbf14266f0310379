using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit;

/// <summary>How memory comes to hold what is stored: read when the activation starts, or on demand, or by being the first to store something.</summary>
internal sealed partial class GrainUnit
{
    private Task? _loading;

    private enum Access
    {
        /// <summary>Nobody has asked yet, and nothing was read.</summary>
        Untouched,

        /// <summary>A read, or a first write, is under way.</summary>
        Loading,

        Loaded,
    }

    /// <summary>Whether a first write may go ahead without a read.</summary>
    public bool IsUntouched => _lost is null && _access == Access.Untouched;

    /// <summary>Throws while memory says nothing about what is stored.</summary>
    public void ThrowIfUnusable()
    {
        ThrowIfLost();
        if (_access != Access.Loaded)
            throw new InvalidOperationException($"The state of {_context!.GrainId} is loaded on demand: wait for Load or TryCreate first.");
    }

    public Task Load()
    {
        if (_lost is not null)
            return Task.FromException(Lost!);

        return _access == Access.Loaded ? Task.CompletedTask : _loading ??= LoadNow();
    }

    /// <summary>Writes what was taken as the first version.</summary>
    /// <returns>False: there is one already; it is what memory holds now.</returns>
    public Task<bool> Create()
    {
        var creating = CreateNow();
        _loading = creating;
        return creating;
    }

    private async Task LoadNow()
    {
        _access = Access.Loading;
        try
        {
            await Read(CancellationToken.None);
        }
        catch (Exception e)
        {
            GiveUp($"It cannot be read: {e.Message}", e);
            throw Lost!;
        }
    }

    private async Task<bool> CreateNow()
    {
        _access = Access.Loading;
        try
        {
            if (await committer.Commit(Write() with { MayExist = true }))
            {
                _storedVersion = 1;
                _state!.Stored();
                _access = Access.Loaded;
                return true;
            }

            _state!.Forget();
            await Read(CancellationToken.None);
            return false;
        }
        catch (Exception e)
        {
            GiveUp(e.Message, e);
            throw e as GroupCommitQueueFullException ?? (Exception)Lost!;
        }
    }

    private async Task Read(CancellationToken cancellationToken)
    {
        var stored = await committer.Read(_row, cancellationToken);
        _access = Access.Loaded;
        if (stored is null)
            return;

        try
        {
            _storedVersion = stored.Version;
            // A cleared state leaves its version, and nothing else.
            if (stored.Payload.Length > 0)
                _state!.Load(stored.Payload);

            for (var i = 0; i < stored.Entries.Count; i++)
                Load(stored.Entries[i]);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"What is stored of {_context!.GrainId} (version {stored.Version}) cannot be read: {e.Message}", e);
        }
    }

    private void Load(in StoredEntry entry)
    {
        foreach (var map in _maps)
        {
            if (map.Name == entry.Map)
                map.Load(entry.Key, entry.Payload);
        }
    }
}
