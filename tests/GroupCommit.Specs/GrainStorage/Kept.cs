using Orleans.Storage;

namespace GroupCommit.Specs.GrainStorage;

/// <summary>A state, plain enough for every serializer.</summary>
[GenerateSerializer, Alias("spec.Cart")]
public sealed class Cart
{
    [Id(0)] public string Text { get; set; } = "";

    [Id(1)] public List<int> Numbers { get; set; } = [];
}

/// <summary>One grain's state as an activation holds it, and its storage.</summary>
internal sealed class Kept<T>(IGrainStorage storage, string key, string stateName = "cart") where T : new()
{
    private readonly GrainId _grain = GrainId.Create(GrainType.Create("any"), IdSpan.Create(key));

    public GrainState<T> Held { get; } = new(new T());

    public T State => Held.State!;

    public (bool Exists, string? ETag) Is => (Held.RecordExists, Held.ETag);

    public Task Read() => storage.ReadStateAsync(stateName, _grain, Held).Soon();

    public Task Write() => storage.WriteStateAsync(stateName, _grain, Held).Soon();

    public Task Write(T state)
    {
        Held.State = state;
        return Write();
    }

    public Task Clear() => storage.ClearStateAsync(stateName, _grain, Held).Soon();
}
