using System.Security.Cryptography;
using System.Text;

namespace Shop.Benches.Peers.Contract;

/// <summary>What is read of an order's body: the first of its lines is all that W1 has.</summary>
public sealed record OrderBody(string CustomerId, string Currency, IReadOnlyList<LineBody> Items);

public sealed record LineBody(string ProductId, int Quantity);

public sealed record ProductBody(MoneyView Price);

public sealed record AdjustmentBody(long Delta);

public sealed record MoneyView(long Amount, string Currency);

public sealed record PaymentView(string Status, long Authorized, long Captured, long Refunded);

public sealed record StockView(long OnHand, long Held, long Available, long Shipped);

public sealed record OrderView(string Id, long Version, string Status, MoneyView Total, PaymentView Payment, string? Reason)
{
    public static OrderView Of(Guid id, string status, long total)
    {
        var paid = status == Statuses.Confirmed ? total : 0;
        return new OrderView(
            id.ToString(), status == Statuses.Placed ? 1 : 2, status, new MoneyView(total, "EUR"),
            new PaymentView(paid > 0 ? "captured" : "none", paid, paid, 0), status == Statuses.Rejected ? "insufficient_stock" : null);
    }
}

public static class Statuses
{
    public const string Placed = "placed";
    public const string Confirmed = "confirmed";
    public const string Rejected = "rejected";
}

public static class OrderIds
{
    /// <summary>The same key is the same order.</summary>
    public static Guid Of(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
}
