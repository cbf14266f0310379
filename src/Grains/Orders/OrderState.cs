namespace Shop.Orders;

/// <summary>A placed order: written once. Bounded by the request's limits (100 lines).</summary>
/// <param name="RequestHash">Of the request that placed it.</param>
[GenerateSerializer, Immutable, Alias("shop.order-state.v1")]
internal sealed record OrderState(
    [property: Id(0)] OrderPlacement Placement,
    [property: Id(1)] string RequestHash);
