using Shop.Orders;

namespace Shop.Events;

/// <summary>The status an order has after a fact: what a consumer folds, and what invariant I5 rebuilds.</summary>
public static class OrderStatusOf
{
    public static OrderStatus After(OrderStatus before, IOrderFact fact) => fact switch
    {
        OrderPlaced => OrderStatus.Placed,
        OrderAccepted => OrderStatus.Reserving,
        OrderReserved or OrderPaymentMethodChanged => OrderStatus.Authorizing,
        OrderPaymentAuthorized => OrderStatus.Capturing,
        OrderPaymentDeclined => OrderStatus.AwaitingPayment,
        OrderPaymentUnknown => OrderStatus.PaymentUnknown,
        OrderConfirmed => OrderStatus.Confirmed,
        OrderFulfilmentStarted => OrderStatus.Fulfilling,
        OrderCompleted => OrderStatus.Completed,
        OrderCompensationStarted => OrderStatus.Compensating,
        OrderRejected => OrderStatus.Rejected,
        OrderCancelled => OrderStatus.Cancelled,
        // Notes beside the road: the status stays.
        _ => before,
    };
}
