using System.Globalization;
using Shop.Values;

namespace Shop.Sagas;

/// <summary>The idempotency keys of an order's payment operations, by attempt (from 1). Written to gateways: never change them.</summary>
internal static class PaymentKeys
{
    public static string Authorization(OrderId order, int attempt) => Key(order, "auth", attempt);

    public static string Capture(OrderId order, int attempt) => Key(order, "capture", attempt);

    public static string Refund(OrderId order, int attempt) => Key(order, "refund", attempt);

    private static string Key(OrderId order, string operation, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{order}:{operation}:{attempt}");
}
