using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>The state as the unit sees it.</summary>
internal interface IStatePart
{
    void Load(byte[] payload);

    /// <summary>The state of the newest commit, for writing.</summary>
    byte[] Write();

    /// <summary>What memory holds was never stored, and is not to be.</summary>
    void Forget();

    /// <summary>What <see cref="Write"/> gave last is durable.</summary>
    void Stored();
}

/// <inheritdoc cref="IDurable{TState}"/>
internal sealed class Durable<TState>(GrainUnit unit, Serializer<TState> serializer) : IDurable<TState>, IStatePart where TState : class
{
    private TState? _state;

    // What the next write carries: a state that was only staged after the commit was not promised, and its messages did not come with it.
    private TState? _committed;
    private TState? _writing;
    private TState? _durable;

    public TState? State
    {
        get
        {
            unit.ThrowIfUnusable();
            return _state;
        }
    }

    public TState? DurableState
    {
        get
        {
            unit.ThrowIfUnusable();
            return _durable;
        }
    }

    public long StoredVersion => unit.StoredVersion;

    public void Stage(TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        unit.ThrowIfUnusable();
        _state = next;
    }

    public Task Commit(TState next, Outgoing? outgoing = null)
    {
        if (unit.Lost is { } lost)
            return Task.FromException(lost);

        unit.ThrowIfUnusable();
        Take(next, outgoing);
        return unit.Commit();
    }

    public Task Load() => unit.Load();

    public async Task<bool> TryCreate(TState first, Outgoing? outgoing = null)
    {
        if (unit.IsUntouched)
        {
            Take(first, outgoing);
            return await unit.Create();
        }

        await unit.Load();
        if (_state is not null)
        {
            // Somebody else's first state may be on its way yet.
            await unit.WhenDurable();
            return false;
        }

        await Commit(first, outgoing);
        return true;
    }

    public Task WhenDurable() => unit.WhenDurable();

    public Task ConfirmCurrent() => unit.ConfirmCurrent();

    void IStatePart.Load(byte[] payload) => _state = _durable = serializer.Deserialize(payload);

    void IStatePart.Forget() => _state = _committed = null;

    byte[] IStatePart.Write()
    {
        _writing = _committed;
        return serializer.SerializeToArray(_committed);
    }

    void IStatePart.Stored() => _durable = _writing;

    private void Take(TState next, Outgoing? outgoing)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(next);
            if (outgoing is not null)
                unit.Take(outgoing);
        }
        catch (Exception e)
        {
            unit.Refuse(e);
            throw;
        }

        _state = _committed = next;
    }
}
