namespace Shop.Orders;

/// <summary>Where an order stands. Completed, Rejected and Cancelled are final and never move.</summary>
public enum OrderStatus
{
    Placed = 0,
    Reserving = 1,
    Authorizing = 2,
    AwaitingPayment = 3,
    PaymentUnknown = 4,
    Capturing = 5,
    Confirmed = 6,
    Fulfilling = 7,
    Completed = 8,
    Compensating = 9,
    Cancelled = 10,
    Rejected = 11,
}

/// <summary>Why an order ended without being delivered.</summary>
public enum OrderEndReason
{
    InsufficientStock = 1,
    PaymentDeclined = 2,
    PaymentTimeout = 3,
    CustomerRequest = 4,
    MerchantRequest = 5,
}

public static class OrderStatusExtensions
{
    public static bool IsFinal(this OrderStatus status) =>
        status is OrderStatus.Completed or OrderStatus.Rejected or OrderStatus.Cancelled;

    /// <summary>Whether a client that waits for an outcome has got one: the order is safe, over, or needs the customer.</summary>
    public static bool IsOutcome(this OrderStatus status) =>
        status.IsFinal() || status is OrderStatus.Confirmed or OrderStatus.Fulfilling or OrderStatus.AwaitingPayment;
}
