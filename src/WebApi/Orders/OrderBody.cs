using System.Text.Json.Serialization;
using Shop.Orders;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary>An order as clients see it.</summary>
/// <param name="Version">Counts what happened to the order; also its ETag.</param>
/// <param name="Reason">Why it was rejected or cancelled; else null.</param>
internal sealed record OrderBody(
    Guid Id,
    long Version,
    [property: JsonConverter(typeof(SnakeCase<OrderStatus>))] OrderStatus Status,
    string CustomerId,
    ItemBody[] Items,
    MoneyBody Total,
    PaymentBody Payment,
    [property: JsonConverter(typeof(SnakeCase<OrderEndReason>)), JsonIgnore(Condition = JsonIgnoreCondition.Never)] OrderEndReason? Reason,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    public static OrderBody Of(OrderView order)
    {
        var (placement, payment) = (order.Placement, order.Payment);
        return new OrderBody(
            placement.OrderId.Value,
            order.Version,
            order.Status,
            placement.CustomerId.Value,
            ItemBody.Of(placement),
            MoneyBody.Of(placement.Total),
            new PaymentBody(payment.Status, payment.Authorized, payment.Captured, payment.Refunded),
            order.Reason,
            placement.PlacedAt.UtcDateTime,
            order.UpdatedAt.UtcDateTime);
    }
}

/// <param name="UnitPrice">The product's price when the order was placed.</param>
internal sealed record ItemBody(string ProductId, int Quantity, MoneyBody UnitPrice, MoneyBody LineTotal)
{
    public static ItemBody[] Of(OrderPlacement placement)
    {
        var items = new ItemBody[placement.Lines.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var line = placement.Lines[i];
            items[i] = new ItemBody(line.ProductId.Value, line.Quantity.Value, MoneyBody.Of(line.UnitPrice), MoneyBody.Of(line.Total));
        }

        return items;
    }
}

/// <summary>Amounts in minor units of the order's currency.</summary>
internal sealed record PaymentBody(
    [property: JsonConverter(typeof(SnakeCase<PaymentStatus>))] PaymentStatus Status,
    long Authorized,
    long Captured,
    long Refunded);

internal sealed record CancellationBody(
    [property: JsonConverter(typeof(SnakeCase<CancellationOutcome>))] CancellationOutcome Outcome);

internal enum CancellationOutcome
{
    /// <summary>The order ends as cancelled; nothing was captured.</summary>
    Granted,

    /// <summary>The money goes back.</summary>
    RefundPending,

    /// <summary>The goods are leaving, or the order has ended otherwise.</summary>
    TooLate,
}
