using Orleans.Concurrency;

namespace Shop.Operations;

/// <summary>
/// Says whether a silo can store orders: one, whichever answers. An API asks under several keys, so that several silos are asked; the keys mean nothing else.
/// </summary>
[Alias("shop.silo-health"), GrainInterfaceType("shop.silo-health")]
public interface ISiloHealthGrain : IGrainWithIntegerKey
{
    /// <summary>Null: all is well. Otherwise a sentence that may be shown to anybody.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    [Alias("FindFault"), AlwaysInterleave]
    Task<string?> FindFault(CancellationToken cancellationToken = default);
}
