using System.Diagnostics;
using Shop.Orders;

namespace Shop.Telemetry;

/// <summary>The words of the HTTP contract for where an order stands, ready made: they are labels of every measurement.</summary>
internal static class StatusNames
{
    /// <summary>Every status, by its number.</summary>
    public static readonly OrderStatus[] All = Enum.GetValues<OrderStatus>();

    public static string Of(OrderStatus status) => status switch
    {
        OrderStatus.Placed => "placed",
        OrderStatus.Reserving => "reserving",
        OrderStatus.Authorizing => "authorizing",
        OrderStatus.AwaitingPayment => "awaiting_payment",
        OrderStatus.PaymentUnknown => "payment_unknown",
        OrderStatus.Capturing => "capturing",
        OrderStatus.Confirmed => "confirmed",
        OrderStatus.Fulfilling => "fulfilling",
        OrderStatus.Completed => "completed",
        OrderStatus.Compensating => "compensating",
        OrderStatus.Cancelled => "cancelled",
        OrderStatus.Rejected => "rejected",
        _ => throw new UnreachableException(),
    };
}
