using Orleans.Serialization;
using Orleans.Storage;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Stores;

/// <summary>Grain states behind Orleans' own interface, called as Orleans calls it for a grain's WriteStateAsync.</summary>
internal sealed class GrainStorageRows : IRows
{
    private readonly IGrainStorage _storage;
    private readonly string _name;
    private readonly GrainId[] _grains;
    private readonly GrainState<BenchState>[] _states;

    public GrainStorageRows(IGrainStorage storage, Serializer serializer, int count, int bytes)
    {
        _storage = storage;
        _name = $"bench{bytes}";
        _grains = [.. Enumerable.Range(0, count).Select(row => GrainId.Create("bench", BenchRow.Key(row)))];
        _states = [.. Enumerable.Range(0, count).Select(row => new GrainState<BenchState>(BenchState.OfSize(bytes, row, serializer)))];
    }

    public int Count => _grains.Length;

    public Task Write(int row)
    {
        var state = _states[row];
        state.State = state.State!.Next();
        return _storage.WriteStateAsync(_name, _grains[row], state);
    }

    public Task Settle() => Task.CompletedTask;
}
