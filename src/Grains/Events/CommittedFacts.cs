using System.Collections.Immutable;
using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Payments;
using Shop.Sagas;
using Shop.Stock;

namespace Shop.Events;

/// <summary>
/// Tells what has happened from what somebody claims, where a message does not prove it: states are stored with the facts that led to them,
/// and before anybody hears of those.
/// </summary>
internal static class CommittedFacts
{
    private const string OrderRows = "order";
    private const string PaymentRows = "payment";
    private const string StockRows = "stock";

    /// <summary>
    /// Orders keep their facts, so that theirs are compared; of payments and stock the states only say how many there have been.
    /// </summary>
    public static async Task<bool> Has(IDurableSnapshot snapshot, ShopEvent claimed, CancellationToken cancellationToken)
    {
        var key = claimed.Entity[(claimed.Entity.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return claimed.Fact switch
        {
            OrderPlaced placed => await snapshot.ReadRow<OrderState>(OrderRows, key, cancellationToken) is { } order
                && claimed.OccurredAt == order.Value.Placement.PlacedAt && IsSame(placed.Placement, order.Value.Placement),
            IOrderFact => await snapshot.ReadRow<SagaState>(SagaSchedules.GrainType, key, cancellationToken) is { } saga && IsOn(saga.Value.Timeline, claimed),
            IPaymentFact => await snapshot.ReadRow<PaymentState>(PaymentRows, key, cancellationToken) is { } payment && claimed.Sequence <= payment.Value.Sequence,
            IStockFact => await snapshot.ReadRow<StockState>(StockRows, key, cancellationToken) is { } stock && claimed.Sequence <= stock.Value.Sequence,
            _ => false,
        };
    }

    /// <summary>Whether an order was placed with exactly that content.</summary>
    public static bool IsSame(OrderPlacement claimed, OrderPlacement placed) =>
        claimed with { Lines = placed.Lines } == placed && claimed.Lines.SequenceEqual(placed.Lines);

    private static bool IsOn(ImmutableArray<TimelineEntry> timeline, ShopEvent claimed) =>
        timeline.Any(entry =>
            entry.Sequence == claimed.Sequence && entry.OccurredAt == claimed.OccurredAt && entry.Fact.Equals(claimed.Fact));
}
