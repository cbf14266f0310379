using System.Collections.Immutable;
using Shop.Orders;
using Shop.Values;
using Shop.WebApi.Conventions;
using UUIDNext;

namespace Shop.WebApi.Orders;

/// <summary>A well-formed order: every field within its limits. Whether its products exist and are sold is the order grain's to say.</summary>
internal sealed record OrderRequest(CustomerId CustomerId, string Currency, ImmutableArray<RequestedLine> Lines, string PaymentMethod)
{
    /// <summary>The namespace of order ids. Never changes: it is part of every idempotency key ever used.</summary>
    private static readonly Guid OrderIds = new("6f1d3f0a-5b0e-4c57-9a43-2d1c7a0f8e21");

    /// <summary>
    /// The same account and key give the same order, for ever. The account's length comes first, so that
    /// no pair of account and key runs into another.
    /// </summary>
    public OrderId IdFor(IdempotencyKey key) => new(Uuid.NewNameBased(OrderIds, $"{CustomerId.Value.Length}:{CustomerId.Value}{key.Value}"));

    public string Hash()
    {
        var hash = new RequestHash("place-order/1").Add(CustomerId.Value).Add(Currency).Add(Lines.Length);
        foreach (var line in Lines)
        {
            hash.Add(line.ProductId.Value).Add(line.Quantity.Value);
        }

        return hash.Add(PaymentMethod).ToString();
    }
}
