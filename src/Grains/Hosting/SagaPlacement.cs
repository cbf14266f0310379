using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime.Placement;
using Shop.Payments;
using Shop.Sagas;

namespace Shop.Hosting;

/// <summary>
/// An order's saga and its payment, which have the same key, are placed on the same silo: what they ask of each other does not travel. Not
/// the order itself: a client that asks again while a silo hangs is to come to another one.
/// </summary>
internal sealed class SagaPlacement : PlacementStrategy
{
    public static void AddTo(ISiloBuilder silo)
    {
        silo.AddPlacementDirector<SagaPlacement, SagaPlacementDirector>();
        silo.Services.AddSingleton<IPlacementStrategyResolver, SagaPlacementResolver>();
    }
}

/// <summary>
/// Says it without an attribute on the grains: an attribute would be told to silos of the release before, which do not know the strategy,
/// and could then place no order at all.
/// </summary>
internal sealed class SagaPlacementResolver(GrainTypeResolver types) : IPlacementStrategyResolver
{
    private readonly SagaPlacement _placement = new();
    private readonly HashSet<GrainType> _placed =
        [types.GetGrainType(typeof(OrderSagaGrain)), types.GetGrainType(typeof(PaymentGrain))];

    public bool TryResolvePlacementStrategy(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out PlacementStrategy? result)
    {
        result = _placed.Contains(grainType) ? _placement : null;
        return result is not null;
    }
}

/// <summary>
/// The silo with the highest hash with the key: when silos come or go, the orders of the others stay where they are. What is placed already
/// is not moved.
/// </summary>
internal sealed class SagaPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
            return Task.FromResult(hint);

        var key = target.GrainIdentity.Key.AsSpan();
        var (best, highest) = (silos[0], 0UL);
        foreach (var silo in silos)
        {
            var hash = XxHash64.HashToUInt64(key, silo.GetConsistentHashCode());
            if (hash >= highest)
                (best, highest) = (silo, hash);
        }

        return Task.FromResult(best);
    }
}
