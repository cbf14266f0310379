using Shop.Events;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Telemetry;

/// <summary>Counts what a durable write of a saga has made true: read from the facts it carried, so once each, whoever wrote them.</summary>
internal static class SagaMeasures
{
    /// <param name="state">What was stored.</param>
    /// <param name="before">The sequence of the last fact of earlier writes.</param>
    public static void Stored(SagaState state, long before)
    {
        if (before == state.Sequence)
            return;
        var (status, since) = (OrderStatus.Placed, state.Placement.PlacedAt);
        // Short: it has one entry for each thing that ever happened to the order.
        foreach (var entry in state.Timeline)
        {
            var next = OrderStatusOf.After(status, entry.Fact);
            var isNew = entry.Sequence > before;
            if (isNew)
                Count(entry.Fact);
            if (next == status)
                continue;
            if (isNew)
                ShopMeter.Left(StatusNames.Of(status), entry.OccurredAt - since);
            (status, since) = (next, entry.OccurredAt);
        }
    }

    private static void Count(IOrderFact fact)
    {
        switch (fact)
        {
            case OrderConfirmed:
                ShopMeter.Ended("confirmed");
                break;
            case OrderCompleted:
                ShopMeter.Ended("completed");
                break;
            case OrderRejected:
                ShopMeter.Ended("rejected");
                break;
            case OrderCancelled:
                ShopMeter.Ended("cancelled");
                break;
            case OrderPaymentUnknown unknown:
                ShopMeter.PaymentIsUnknown(unknown.Capturing ? "capture" : "authorize");
                break;
            default:
                // The other facts only move the order on: the step's duration tells of them.
                break;
        }
    }
}
