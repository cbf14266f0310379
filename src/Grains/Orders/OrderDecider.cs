using System.Collections.Immutable;
using Shop.Events;
using Shop.Products;
using Shop.Values;

namespace Shop.Orders;

/// <summary>Whether a request becomes an order.</summary>
internal static class OrderDecider
{
    /// <summary>In minor units: keeps sums of many orders far from the end of 64 bits.</summary>
    public const long MaximumTotal = 1_000_000_000_000_000;

    /// <summary>The answer when an order was placed under this id before; null when there is none.</summary>
    public static PlaceOrderResult? Repeat(OrderState? state, PlaceOrder command) => state switch
    {
        null => null,
        _ when string.Equals(state.RequestHash, command.RequestHash, StringComparison.Ordinal) =>
            new PlaceOrderResult.Replayed(state.Placement),
        _ => new PlaceOrderResult.Mismatch(),
    };

    /// <summary>What becomes of a request that is no repetition.</summary>
    /// <param name="id">Of the order that it becomes.</param>
    /// <param name="command">The request.</param>
    /// <param name="now">When it is placed.</param>
    /// <param name="products">Every product the command names; null for those that do not exist.</param>
    public static PlaceDecision Place(OrderId id, PlaceOrder command, IReadOnlyDictionary<ProductId, ProductView?> products, DateTimeOffset now)
    {
        var faults = ImmutableArray.CreateBuilder<LineFault>();
        var lines = ImmutableArray.CreateBuilder<OrderLine>(command.Lines.Length);
        var total = 0L;
        for (var index = 0; index < command.Lines.Length; index++)
        {
            var requested = command.Lines[index];
            var product = products.GetValueOrDefault(requested.ProductId);
            if (Unsellable(index, requested, product, command.Currency) is { } fault)
                faults.Add(fault);
            else if (!TryAdd(ref total, product!.Price.Amount, requested.Quantity))
                faults.Add(new LineFault(index, LineFaultKind.TotalTooLarge, "With this line the order's total is too large."));
            else
                lines.Add(new OrderLine(index + 1, requested.ProductId, requested.Quantity, product.Price));
        }

        if (faults.Count > 0)
            return new PlaceDecision(new PlaceOrderResult.Refused(faults.ToImmutable()), null, null);

        var placement = new OrderPlacement(
            id, command.CustomerId, lines.ToImmutable(), new Money(total, command.Currency), command.PaymentMethod, now, command.Trace);
        return new PlaceDecision(
            new PlaceOrderResult.Placed(placement), new OrderState(placement, command.RequestHash), new OrderPlaced(placement));
    }

    private static LineFault? Unsellable(int index, RequestedLine line, ProductView? product, string currency) => product switch
    {
        null => new LineFault(index, LineFaultKind.UnknownProduct, $"There is no product '{line.ProductId}'."),
        { Active: false } => new LineFault(index, LineFaultKind.NotForSale, $"'{line.ProductId}' is not for sale."),
        _ when product.Price.Currency != currency => new LineFault(
            index, LineFaultKind.WrongCurrency, $"'{line.ProductId}' is sold in {product.Price.Currency}, not in {currency}."),
        _ => null,
    };

    /// <summary>A line that does not fit is left out of the sum, so that each later line is judged on its own.</summary>
    private static bool TryAdd(ref long total, long unitPrice, Quantity quantity)
    {
        var sum = total + ((Int128)unitPrice * quantity.Value);
        if (sum > MaximumTotal)
            return false;
        total = (long)sum;
        return true;
    }
}

/// <param name="Next">What to store; null: nothing changes.</param>
/// <param name="Fact">What to publish; there is one exactly when something is stored.</param>
internal sealed record PlaceDecision(PlaceOrderResult Answer, OrderState? Next, OrderPlaced? Fact);
