using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.Hosting.Streams;

/// <summary>What must hold of an event that a stranger may have written, beyond the form of its values.</summary>
internal static class FactRules
{
    /// <returns>One sentence; null when there is nothing to say.</returns>
    public static string? FaultOf(ShopEvent happened) => happened.Fact switch
    {
        IOrderFact => FaultOfKey(happened.Entity, "order/", IsOrder) ?? FaultOfOrder(happened),
        IPaymentFact => FaultOfKey(happened.Entity, "payment/", IsOrder),
        IStockFact => FaultOfKey(happened.Entity, "stock/", IsProduct) ?? (happened.Fact is StockAdjusted { Delta: 0 } ? "An adjustment of stock is by 0." : null),
        _ => $"Nothing has facts of the kind {happened.Fact.GetType().Name}.",
    };

    private static string? FaultOfKey(string entity, string kind, Func<string, bool> isKey) =>
        entity.StartsWith(kind, StringComparison.Ordinal) && isKey(entity[kind.Length..]) ? null : $"The subject is '{entity}', not {kind} and a key.";

    private static bool IsOrder(string key) =>
        key.StartsWith(OrderId.KeyPrefix, StringComparison.Ordinal) && OrderId.TryParse(key[OrderId.KeyPrefix.Length..], out var id) && id.Key == key;

    private static bool IsProduct(string key) => key.StartsWith(ProductId.KeyPrefix, StringComparison.Ordinal) && ProductId.TryParse(key[ProductId.KeyPrefix.Length..], out _);

    private static string? FaultOfOrder(ShopEvent happened) => happened.Fact switch
    {
        OrderPlaced when happened.Sequence != 1 => "An order begins with being placed: its sequence is 1.",
        OrderPlaced placed => FaultOfPlacement(happened.Entity, placed.Placement),
        OrderPaymentAuthorized { Attempt: < 1 } or OrderPaymentDeclined { Attempt: < 1 } or OrderPaymentUnknown { Attempt: < 1 }
            or OrderPaymentMethodChanged { Attempt: < 1 } or OrderLatePaymentUndone { Attempt: < 1 } => "Attempts are counted from 1.",
        _ => null,
    };

    private static string? FaultOfPlacement(string entity, OrderPlacement placement)
    {
        if (entity != $"order/{placement.OrderId.Key}")
            return $"The subject is '{entity}', but the order is {placement.OrderId}.";
        if (placement.Lines.IsEmpty || placement.Lines.Where((line, index) => line is null || line.Number != index + 1).Any())
            return "The lines of an order are numbered from 1.";
        if (placement.Lines.Any(line => line.UnitPrice.Currency != placement.Total.Currency))
            return "An order has one currency.";
        return placement.Lines.Sum(line => (decimal)line.UnitPrice.Amount * line.Quantity.Value) == placement.Total.Amount ? null : "The total of the order is not that of its lines.";
    }
}
