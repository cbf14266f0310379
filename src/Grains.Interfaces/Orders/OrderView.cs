using Shop.Events;
using Shop.Values;

namespace Shop.Orders;

/// <summary>An order as the outside sees it: only what is durable.</summary>
/// <param name="Version">The sequence of the last fact: the ETag.</param>
[GenerateSerializer, Immutable, Alias("shop.order-view.v1")]
public sealed record OrderView(
    [property: Id(0)] OrderPlacement Placement,
    [property: Id(1)] long Version,
    [property: Id(2)] OrderStatus Status,
    [property: Id(3)] OrderEndReason? Reason,
    [property: Id(4)] PaymentSummary Payment,
    [property: Id(5)] bool NeedsAttention,
    [property: Id(6)] DateTimeOffset UpdatedAt)
{
    /// <summary>The order at the moment it was placed: what a replayed POST answers for ever.</summary>
    public static OrderView Placed(OrderPlacement placement) => new(
        placement, 1, OrderStatus.Placed, null, PaymentSummary.None, false, placement.PlacedAt);
}

/// <summary>Minor units of the order's currency.</summary>
[GenerateSerializer, Immutable, Alias("shop.payment-summary.v1")]
public sealed record PaymentSummary(
    [property: Id(0)] PaymentStatus Status,
    [property: Id(1)] long Authorized,
    [property: Id(2)] long Captured,
    [property: Id(3)] long Refunded)
{
    public static readonly PaymentSummary None = new(PaymentStatus.None, 0, 0, 0);
}

public enum PaymentStatus
{
    None = 0,
    Authorized = 1,
    Declined = 2,
    Unknown = 3,
    Captured = 4,
    Voided = 5,
    Refunded = 6,
}

/// <summary>One thing that happened to an order, as its timeline shows it.</summary>
/// <param name="Trace">Of the request that caused it; null when the order's own placement did.</param>
[GenerateSerializer, Immutable, Alias("shop.timeline-entry.v1")]
public sealed record TimelineEntry(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset OccurredAt,
    [property: Id(2)] IOrderFact Fact,
    [property: Id(3)] TraceContext? Trace = null);
