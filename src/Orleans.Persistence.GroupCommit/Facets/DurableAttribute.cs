namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// Injects an <see cref="IDurable{TState}"/> or an <see cref="IDurableMap{TValue}"/> into a grain's constructor.
/// A grain has at most one state and any number of maps; the state is stored under the grain's type and key.
/// </summary>
/// <param name="map">The name of the map; needed for maps, not for states. Stored: never rename it.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DurableAttribute(string? map = null) : Attribute, IFacetMetadata
{
    /// <summary>The name of the map, or null for a state.</summary>
    public string? Map { get; } = map;

    /// <summary>
    /// For states: the activation reads nothing by itself. The grain calls <see cref="IDurable{TState}.TryCreate"/>, which is one insert and no read when
    /// the grain is new, or <see cref="IDurable{TState}.Load"/>, before it uses anything else of the state or the maps.
    /// </summary>
    public bool LoadOnDemand { get; init; }
}
