using System.Collections.Immutable;
using Shop.Orders;
using Shop.Values;

namespace Shop.Operations;

/// <summary>
/// What an operator sees of the orders' sagas; key <see cref="Key"/>. Reads what is stored and activates no saga, so that looking changes
/// nothing and works for a saga that does not.
/// </summary>
[Alias("shop.sagas"), GrainInterfaceType("shop.sagas")]
public interface ISagasGrain : IGrainWithStringKey
{
    const string Key = "sagas";

    /// <summary>
    /// Sagas in the order of their orders' ids. Looks at a bounded number of orders: a page may hold fewer than the limit, or none, and yet
    /// have a next.
    /// </summary>
    [Alias("List")]
    Task<SagaPage> List(SagaQuery query);

    /// <summary>All that is stored of one saga; null when there is no such order.</summary>
    [Alias("Read")]
    Task<SagaDetails?> Read(OrderId orderId);
}

/// <param name="Status">Only orders of this status; null: of any.</param>
/// <param name="Stuck">Only those that are stuck, or only those that are not; null: both.</param>
/// <param name="After">Only ids after this one.</param>
/// <param name="Limit">1 to 200.</param>
[GenerateSerializer, Immutable, Alias("shop.saga-query.v1")]
public sealed record SagaQuery(
    [property: Id(0)] OrderStatus? Status,
    [property: Id(1)] bool? Stuck,
    [property: Id(2)] OrderId? After,
    [property: Id(3)] int Limit);

/// <param name="Next">Where to go on; null: there is no more.</param>
[GenerateSerializer, Immutable, Alias("shop.saga-page.v1")]
public sealed record SagaPage(
    [property: Id(0)] ImmutableArray<SagaView> Sagas,
    [property: Id(1)] OrderId? Next);
